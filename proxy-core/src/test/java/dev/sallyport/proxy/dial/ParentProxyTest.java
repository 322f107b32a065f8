package dev.sallyport.proxy.dial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sallyport.proxy.transport.Transport;
import dev.sallyport.rules.Permit;
import dev.sallyport.rules.Reason;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Dials through a parent proxy that does what a test wants.
@ParameterizedClass
@EnumSource(Transport.class)
class ParentProxyTest {
  private static final String NAME = "www.example.com";
  private static final String OK = "HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n";

  @Parameter private Transport transport = Transport.NIO;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final BlockingQueue<String> heads = new LinkedBlockingQueue<>();
  private DnsStub dns;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(transport.isAvailable());
    dns = opened(DnsStub.start());
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  @Test
  void httpsGoesThroughATunnelByName() throws Exception {
    Origin parent = parent(OK);
    DialOutcome.Connected connected = through(parent).connect(Permits.https(NAME, 8443));
    assertEquals(new Route.ParentTunnel(), connected.route());
    assertEquals(parent.address(), connected.peer());
    assertEquals(false, connected.channel().config().isAutoRead());
    // The one for failures, and the tail.
    assertEquals(2, connected.channel().pipeline().names().size(), "not empty");
    assertEquals(
        "CONNECT www.example.com:8443 HTTP/1.1\r\nHost: www.example.com:8443\r\n\r\n", head());
    assertEquals(List.of(), dns.asked());
  }

  @Test
  void credentialsAreShown() throws Exception {
    Origin parent = parent(OK);
    bench(settings().parent("127.0.0.1", parent.port(), "Basic dXNlcjpwYXNz"))
        .connect(Permits.https(NAME, 443));
    assertEquals(
        """
        CONNECT www.example.com:443 HTTP/1.1\r
        Host: www.example.com:443\r
        Proxy-Authorization: Basic dXNlcjpwYXNz\r
        \r
        """,
        head());
  }

  @Test
  void httpGoesToTheParentItself() throws Exception {
    Origin parent = opened(Origin.start("127.0.0.1"));
    DialOutcome.Connected connected =
        bench(settings().parent("127.0.0.1", parent.port(), "Basic eDp5"))
            .connect(Permits.http(NAME, 80));
    assertEquals(new Route.Parent(Optional.of("Basic eDp5")), connected.route());
    assertEquals(parent.address(), connected.peer());
    assertEquals(List.of(), dns.asked());
  }

  @Test
  void aVettedLiteralGoesUpAsItIs() throws Exception {
    Origin parent = parent(OK);
    through(parent).connect(Permits.literal("[fd00::1]", 443, "fd00::/8"));
    assertTrue(head().startsWith("CONNECT [fd00::1]:443 HTTP/1.1\r\nHost: [fd00::1]:443\r\n"));
  }

  @Test
  void theParentsNameIsResolvedWithoutTheGuard() throws Exception {
    Origin parent = parent(OK);
    dns.name("parent.example.com", "127.0.0.1");
    bench(settings().parent("parent.example.com", parent.port())).connect(Permits.https(NAME, 443));
    assertEquals(List.of("parent.example.com AAAA", "parent.example.com A"), dns.asked());
  }

  @Test
  void noProxyGoesPastTheParentAndThroughTheGuard() throws Exception {
    Origin parent = parent(OK);
    Origin origin = opened(Origin.start("127.0.0.1"));
    dns.name(NAME, "127.0.0.1");
    DialBench bench = bench(settings().parent("127.0.0.1", parent.port()).noProxy("example.com"));
    DialOutcome.Connected connected =
        bench.connect(Permits.https(NAME, origin.port(), "127.0.0.0/8"));
    assertEquals(new Route.Direct(), connected.route());
    bench.assertFails(Reason.ADDRESS_NOT_ALLOWED, Permits.https(NAME, origin.port()));
    assertEquals(0, parent.count());
  }

  @Test
  void withRangesOfItsOwnAHostGoesUpByVettedAddress() throws Exception {
    Origin parent = parent(OK);
    dns.name(NAME, "10.9.9.9", "8.8.8.8", "10.1.2.3");
    DialOutcome.Connected connected =
        through(parent).connect(Permits.https(NAME, 443, "10.1.0.0/16"));
    assertEquals(new Route.ParentTunnel(), connected.route());
    assertEquals("CONNECT 10.1.2.3:443 HTTP/1.1\r\nHost: 10.1.2.3:443\r\n\r\n", head());
  }

  @Test
  void plainHttpWithRangesGoesUpByVettedAddressToo() throws Exception {
    Origin parent = parent(OK);
    dns.name(NAME, "10.1.2.3");
    DialOutcome.Connected connected =
        through(parent).connect(Permits.http(NAME, 80, "10.1.0.0/16"));
    assertEquals(new Route.ParentTunnel(), connected.route());
    assertTrue(head().startsWith("CONNECT 10.1.2.3:80 "));
  }

  @Test
  void resolvedAtTheGateOnlyVettedAddressesGoUp() throws Exception {
    Origin parent = parent(OK);
    dns.name(NAME, "10.1.2.3", "127.0.0.1");
    DialBench bench = bench(settings().parent("127.0.0.1", parent.port()).resolveAtGate());
    bench.assertFails(Reason.ADDRESS_NOT_ALLOWED, Permits.https(NAME, 443));
    bench.assertFails(Reason.ORIGIN_UNRESOLVED, Permits.https("none.example.com", 443));
    assertEquals(0, parent.count());
    dns.name("public.example.com", "8.8.8.8", "10.1.2.3");
    bench.connect(Permits.https("public.example.com", 443));
    assertTrue(head().startsWith("CONNECT 8.8.8.8:443 "));
  }

  @Test
  void anAddressThatTheParentCannotReachIsFollowedByTheNext() throws Exception {
    Origin parent = answering(each -> heads.size() == 1 ? "HTTP/1.1 503 No route\r\n\r\n" : OK);
    dns.name(NAME, "10.1.2.3", "fd00::1");
    through(parent).connect(Permits.https(NAME, 443, "10.1.0.0/16", "fd00::/8"));
    assertTrue(head().startsWith("CONNECT [fd00::1]:443 "));
    assertTrue(head().startsWith("CONNECT 10.1.2.3:443 "));
  }

  @Test
  void oneDeadFamilyDoesNotHoldUpTheOther() throws Exception {
    Origin parent = parent(OK);
    dns.name(NAME, "10.1.2.3").script(NAME, DnsStub.AAAA, new DnsStub.Reply.Silence());
    long began = System.nanoTime();
    through(parent).connect(Permits.https(NAME, 443, "10.1.0.0/16"));
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    assertTrue(took.compareTo(DnsClient.QUERY_TIME) < 0, took::toString);
  }

  @Test
  void aRefusalIsNotTriedElsewhere() throws Exception {
    Origin parent = parent("HTTP/1.1 403 Forbidden\r\n\r\n");
    dns.name(NAME, "10.1.2.3", "10.1.2.4");
    through(parent).assertFails(Reason.PARENT_REFUSED, Permits.https(NAME, 443, "10.1.0.0/16"));
    assertEquals(1, parent.count());
  }

  @Test
  void noMoreThanSomeAddressesAreTried() throws Exception {
    Origin parent = parent("HTTP/1.1 502 Bad\r\n\r\n");
    dns.name(NAME, "10.1.2.1", "10.1.2.2", "10.1.2.3", "10.1.2.4", "10.1.2.5", "10.1.2.6");
    through(parent).assertFails(Reason.PARENT_REFUSED, Permits.https(NAME, 443, "10.1.0.0/16"));
    assertEquals(ParentByAddress.MAX_ADDRESSES, parent.count());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 403 Forbidden\r\nContent-Length: 5\r\n\r\nsorry",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 300 Choices\r\n\r\n",
        "HTTP/1.1 502 Bad Gateway\r\n\r\n",
        "HTTP/1.1 200 OK\n\n",
        "HTTP/1.1 200 OK\r\nbroken\r\n\r\n",
        "SSH-2.0-OpenSSH\r\n",
        "HTTP/1.1 200 OK\r\nCut",
        "",
      })
  void anythingButATunnelIsARefusal(String answer) throws Exception {
    through(parent(answer)).assertFails(Reason.PARENT_REFUSED, Permits.https(NAME, 443));
  }

  @Test
  void aChallengeIsForWhoeverRunsTheGate() throws Exception {
    String challenge = "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic\r\n\r\n";
    dns.name(NAME, "10.1.2.3", "10.1.2.4");
    Origin parent = parent(challenge);
    through(parent).assertFails(Reason.PARENT_CREDENTIALS, Permits.https(NAME, 443));
    through(parent).assertFails(Reason.PARENT_CREDENTIALS, Permits.https(NAME, 443, "10.1.0.0/16"));
    assertEquals(2, parent.count());
  }

  static Stream<String> statuses() {
    return Stream.of("200", "201", "204", "299");
  }

  @ParameterizedTest
  @MethodSource("statuses")
  void everyTwoHundredIsATunnelWhateverItSaysOfABody(String status) throws Exception {
    through(parent("HTTP/1.1 " + status + " x\r\nContent-Length: 7\r\n\r\n"))
        .connect(Permits.https(NAME, 443));
  }

  @Test
  void aHeadAsLongAsTheLimitIsTakenAndNoLonger() throws Exception {
    String start = "HTTP/1.1 200 OK\r\nA: ";
    String pad = "x".repeat(ParentHead.MAX_OCTETS - start.length() - 4);
    through(parent(start + pad + "\r\n\r\n")).connect(Permits.https(NAME, 443));
    through(parent(start + pad + "x\r\n\r\n"))
        .assertFails(Reason.PARENT_REFUSED, Permits.https(NAME, 443));
  }

  @Test
  void aHeadThatComesInPiecesIsPutTogether() throws Exception {
    Origin parent =
        opened(
            Origin.start(
                "127.0.0.1",
                each -> {
                  each.setTcpNoDelay(true);
                  Origin.head(each);
                  for (int i = 0; i < OK.length(); i++) {
                    Origin.write(each, OK.substring(i, i + 1));
                  }
                  Origin.write(each, "behind");
                }));
    assertEquals("behind", DialBench.readAll(through(parent).connect(Permits.https(NAME, 443))));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 5, 100, 1_000_000})
  void octetsThatComeWithTheHeadBelongToTheTunnel(int count) throws Exception {
    String first = "0123456789".repeat(count / 10 + 1).substring(0, count);
    Origin parent = parent(OK + first);
    DialOutcome.Connected connected = through(parent).connect(Permits.https(NAME, 443));
    assertEquals(first, DialBench.readAll(connected));
  }

  @Test
  void aSilentParentIsATimeout() throws Exception {
    Origin parent = answering(each -> waitFor(each));
    bench(settings().parent("127.0.0.1", parent.port()).handshakeTime(Duration.ofMillis(200)))
        .assertFails(Reason.PARENT_TIMEOUT, Permits.https(NAME, 443));
    parent.awaitServed(1);
    bench(settings().parent("127.0.0.1", parent.port()).dialTime(Duration.ofMillis(200)))
        .assertFails(Reason.ORIGIN_TIMEOUT, Permits.https(NAME, 443));
    // The gate has closed its side, or the parent would still wait.
    parent.awaitServed(1);
  }

  @Test
  void aParentThatDripsIsATimeout() throws Exception {
    Origin parent =
        opened(
            Origin.start(
                "127.0.0.1",
                each -> {
                  Origin.write(each, "HTTP/1.1 200 OK\r\nA: ");
                  while (true) {
                    Origin.write(each, "x");
                    java.util.concurrent.locks.LockSupport.parkNanos(
                        TimeUnit.MILLISECONDS.toNanos(10));
                  }
                }));
    bench(settings().parent("127.0.0.1", parent.port()).handshakeTime(Duration.ofMillis(200)))
        .assertFails(Reason.PARENT_TIMEOUT, Permits.https(NAME, 443));
  }

  @Test
  void aParentThatIsNotThereIsSaidToBe() throws Exception {
    Origin gone = Origin.start("127.0.0.1");
    gone.close();
    through(gone).assertFails(Reason.PARENT_UNREACHABLE, Permits.https(NAME, 443));
    through(gone).assertFails(Reason.PARENT_UNREACHABLE, Permits.http(NAME, 80));
    bench(settings().parent("none.example.com", 8080))
        .assertFails(Reason.PARENT_UNREACHABLE, Permits.https(NAME, 443));
  }

  @Test
  void theGateIsNotItsOwnParent() throws Exception {
    Origin own = opened(Origin.start("127.0.0.1"));
    DialBench bench =
        opened(
            new DialBench(
                transport,
                settings().parent("127.0.0.1", own.port()),
                () -> List.of(own.address())));
    bench.assertFails(Reason.ADDRESS_NOT_ALLOWED, Permits.https(NAME, 443));
    assertEquals(0, own.count());
  }

  @Test
  void theGatesListenersAreNotReachedThroughTheParentByLiteral() throws Exception {
    Origin parent = parent(OK);
    Origin own = opened(Origin.start("127.0.0.1"));
    DialBench bench =
        opened(
            new DialBench(
                transport,
                settings().parent("127.0.0.1", parent.port()),
                () -> List.of(own.address())));
    Permit permit = Permits.literal("127.0.0.1", own.port(), "127.0.0.1/32");
    bench.assertFails(Reason.ADDRESS_NOT_ALLOWED, permit);
    assertEquals(0, parent.count());
  }

  private interface Answering {
    String to(Socket connection) throws java.io.IOException;
  }

  private static String waitFor(Socket connection) throws java.io.IOException {
    connection.getInputStream().readAllBytes();
    return "";
  }

  /// Notes the head of each request, answers and ends its half.
  private Origin answering(Answering answering) throws Exception {
    return opened(
        Origin.start(
            "127.0.0.1",
            each -> {
              heads.add(Origin.head(each));
              Origin.write(each, answering.to(each));
              each.shutdownOutput();
              each.getInputStream().readAllBytes();
            }));
  }

  private Origin parent(String answer) throws Exception {
    return answering(each -> answer);
  }

  private String head() throws Exception {
    return Optional.ofNullable(heads.poll(DialBench.PATIENCE_SECONDS, TimeUnit.SECONDS))
        .orElseThrow(() -> new AssertionError("the parent was not asked"));
  }

  private TestSettings settings() {
    return new TestSettings().server(dns.address());
  }

  private DialBench through(Origin parent) {
    return bench(settings().parent("127.0.0.1", parent.port()));
  }

  private DialBench bench(TestSettings settings) {
    return opened(new DialBench(transport, settings));
  }

  private <T extends AutoCloseable> T opened(T each) {
    open.add(each);
    return each;
  }
}
