package dev.sallyport.mitm.authority;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.mitm.TlsProvider;
import dev.sallyport.mitm.authority.MintRefusedException.Why;
import dev.sallyport.mitm.origin.OriginRoots;
import dev.sallyport.mitm.origin.OriginTarget;
import dev.sallyport.mitm.origin.OriginTls;
import dev.sallyport.testkit.Handshake;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LeavesTest {
  private static final List<String> BOTH = List.of("h2", "http/1.1");
  private static EventExecutor executor = new DefaultEventExecutor();

  private final TestClock clock = new TestClock(Instant.now());
  private final Authority authority =
      Authority.inMemory(Permitted.hosts(Set.of("example.com", "127.0.0.1")), clock);
  private Leaves leaves = new Leaves(authority, TlsProvider.JDK, Leaves.DEFAULT_KEPT);

  @BeforeAll
  static void start() {
    executor = new DefaultEventExecutor();
  }

  @AfterAll
  static void stop() {
    executor.shutdownGracefully(0, 0, java.util.concurrent.TimeUnit.SECONDS);
  }

  @AfterEach
  void close() {
    leaves.close();
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatTrustsTheRootShakesHands(TlsProvider provider) throws Exception {
    leaves.close();
    leaves = new Leaves(authority, provider, Leaves.DEFAULT_KEPT);
    for (Purpose purpose : Purpose.values()) {
      for (String host : List.of("example.com", "127.0.0.1")) {
        SslContext context = context(new LeafRequest(host, purpose, BOTH));
        Handshake handshake =
            Handshake.between(
                client(provider).newHandler(target(host, BOTH), ByteBufAllocator.DEFAULT),
                context.newHandler(ByteBufAllocator.DEFAULT));
        assertEquals(null, handshake.client().failure());
        assertEquals("h2", handshake.client().protocol());
        assertEquals("TLSv1.3", handshake.client().version());
        assertEquals(2, handshake.client().peer().size());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void alpnIsAnsweredFromTheClientsOwnOffer(TlsProvider provider) throws Exception {
    leaves.close();
    leaves = new Leaves(authority, provider, Leaves.DEFAULT_KEPT);
    SslContext context = context(new LeafRequest("example.com", Purpose.INTERCEPT, BOTH));
    for (List<String> offer : List.of(List.<String>of(), List.of("http/1.1"), List.of("spdy/1"))) {
      Handshake handshake =
          Handshake.between(
              client(provider).newHandler(target("example.com", offer), ByteBufAllocator.DEFAULT),
              context.newHandler(ByteBufAllocator.DEFAULT));
      assertTrue(handshake.client().done());
      assertEquals(offer.contains("http/1.1") ? "http/1.1" : "", handshake.client().protocol());
    }
  }

  @Test
  void aThousandHandshakesWaitForOneMint() throws Exception {
    LeafRequest request = new LeafRequest("many.example.com", Purpose.INTERCEPT, BOTH);
    List<Future<SslContext>> waiting = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      // Clients of their own: or those without a share left would be refused.
      waiting.add(leaves.contextFor(request, "client-" + i, executor));
    }
    SslContext first = waiting.getFirst().sync().getNow();
    for (Future<SslContext> each : waiting) {
      assertSame(first, each.sync().getNow());
    }
  }

  @Test
  void aLeafIsRenewedBeforeItEnds() throws Exception {
    LeafRequest request = new LeafRequest("example.com", Purpose.REFUSE, BOTH);
    SslContext first = context(request);
    clock.advance(Duration.ofMinutes(14));
    assertSame(first, context(request));
    clock.advance(Duration.ofMinutes(2));
    assertNotSame(first, context(request));
  }

  @Test
  void whatTheIssuerMayNotSignIsRefused() {
    assertEquals(Why.NOT_PERMITTED, refusal("other.example", Purpose.INTERCEPT, "a"));
    assertEquals(Why.NOT_PERMITTED, refusal("127.0.0.2", Purpose.INTERCEPT, "a"));
    assertEquals(Why.NOT_PERMITTED, refusal("notexample.com", Purpose.INTERCEPT, "a"));
  }

  @Test
  void aClientHasAShare() throws Exception {
    leaves.close();
    leaves = new Leaves(authority, TlsProvider.JDK, 16, new MintBudget(3, () -> 0));
    for (int i = 0; i < 3; i++) {
      context(new LeafRequest("h" + i + ".example", Purpose.REFUSE, BOTH));
    }
    assertEquals(Why.BUDGET, refusal("one-more.example", Purpose.REFUSE, "client"));
    assertInstanceOf(
        SslContext.class, context(new LeafRequest("h1.example", Purpose.REFUSE, BOTH)));
    LeafRequest others = new LeafRequest("one-more.example", Purpose.REFUSE, BOTH);
    assertTrue(leaves.contextFor(others, "other", executor).sync().isSuccess());
  }

  @Test
  void afterTheEndNothingIsMade() {
    leaves.close();
    assertEquals(Why.CLOSED, refusal("example.com", Purpose.INTERCEPT, "a"));
  }

  @Test
  void theFirstLeafNeedsNoClient() throws Exception {
    assertFalse(leaves.warm(executor).sync().getNow().isClient());
  }

  private Why refusal(String host, Purpose purpose, String client) {
    Future<SslContext> future =
        leaves.contextFor(new LeafRequest(host, purpose, BOTH), client, executor);
    future.awaitUninterruptibly();
    return assertInstanceOf(MintRefusedException.class, future.cause()).why();
  }

  private SslContext context(LeafRequest request) throws InterruptedException {
    return leaves.contextFor(request, "client", executor).sync().getNow();
  }

  private OriginTls client(TlsProvider provider) {
    X509Certificate root = authority.root();
    return new OriginTls(provider, OriginRoots.only(List.of(root)), clock, Runnable::run);
  }

  private static OriginTarget target(String host, List<String> protocols) {
    return new OriginTarget(host, 443, protocols, Optional.empty());
  }
}
