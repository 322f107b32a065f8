package dev.sallyport.mitm.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.mitm.TlsProvider;
import dev.sallyport.mitm.keys.OwnKey;
import dev.sallyport.mitm.origin.TestCertificates.Wish;
import dev.sallyport.testkit.Handshake;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OriginTlsTest {
  private static final TestCertificates ROOT = TestCertificates.root("root");
  private static final TestCertificates SERVER = ROOT.server(Wish.good());
  private static final TestCertificates CLIENT = ROOT.server(Wish.good().named("gate.example"));
  private static final InstantSource CLOCK = InstantSource.fixed(TestCertificates.NOW);

  @ParameterizedTest
  @EnumSource
  void theHostIsAskedFor(TlsProvider provider) throws SSLException {
    Handshake handshake = shake(tls(provider), target("site.example"), server(ClientAuth.NONE));
    assertNull(handshake.client().failure());
    assertEquals(List.of("site.example"), handshake.server().askedFor());
  }

  @ParameterizedTest
  @EnumSource
  void anAddressIsNotAskedFor(TlsProvider provider) throws SSLException {
    SslContext server =
        SslContextBuilder.forServer(SERVER.keys().getPrivate(), SERVER.certificate()).build();
    Handshake handshake = shake(tls(provider), target("10.0.0.1"), server);
    Throwable failure = handshake.client().failure();
    assertTrue(failure != null);
    assertEquals(OriginProblem.WRONG_NAME, OriginFailure.of(failure, "10.0.0.1").problem());
  }

  @ParameterizedTest
  @EnumSource
  void onlySafeSuitesAreOffered(TlsProvider provider) throws SSLException {
    OriginTrust trust = new OriginTrust(OriginRoots.only(List.of()), CLOCK);
    List<String> offered =
        new OriginContexts(trust).of(target("site.example"), provider).cipherSuites();
    assertTrue(offered.contains("TLS_AES_128_GCM_SHA256"), offered::toString);
    for (String suite : offered) {
      assertTrue(
          suite.contains("_GCM_") || suite.contains("POLY1305"),
          () -> "not authenticated " + suite);
      assertTrue(
          suite.startsWith("TLS_ECDHE_")
              || suite.startsWith("TLS_AES_")
              || suite.startsWith("TLS_CHACHA20_"),
          () -> "not ephemeral " + suite);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCertificateOfTheGatesIsShownWhereItIsGiven(TlsProvider provider) throws SSLException {
    SslContext server = server(ClientAuth.REQUIRE);
    OwnKey own = new OwnKey(CLIENT.keys().getPrivate(), List.of(CLIENT.certificate()));
    OriginTarget with =
        new OriginTarget("site.example", 443, List.of(), Optional.empty(), Optional.of(own));
    Handshake shown = shake(tls(provider), with, server);
    assertEquals(List.of(CLIENT.certificate()), shown.server().peer());
    Handshake without = shake(tls(provider), target("site.example"), server);
    assertFalse(without.server().done());
  }

  @ParameterizedTest
  @EnumSource
  void aVerdictIsKeptForOneHostOnly(TlsProvider provider) throws SSLException {
    OriginTls tls = tls(provider);
    SslContext server = server(ClientAuth.NONE);
    assertTrue(shake(tls, target("site.example"), server).client().done());
    assertTrue(shake(tls, target("site.example"), server).client().done());
    assertFalse(shake(tls, target("other.example"), server).client().done());
  }

  @Test
  void aVerdictEndsWithTheCertificate() throws Exception {
    JudgedBefore before = new JudgedBefore();
    var now = TestCertificates.NOW;
    before.good("a", now, now.plusSeconds(10));
    assertTrue(before.isGood("a", now.plusSeconds(9)));
    assertFalse(before.isGood("a", now.plusSeconds(10)));
    before.good("b", now, now.plusSeconds(100_000));
    assertTrue(before.isGood("b", now.plus(JudgedBefore.KEPT).minusSeconds(1)));
    assertFalse(before.isGood("b", now.plus(JudgedBefore.KEPT)));
    X509Certificate[] one = {SERVER.certificate()};
    X509Certificate[] two = {SERVER.certificate(), ROOT.certificate()};
    assertFalse(JudgedBefore.key("a", one).equals(JudgedBefore.key("b", one)));
    assertFalse(JudgedBefore.key("a", one).equals(JudgedBefore.key("a", two)));
  }

  @Test
  void whatIsUsedStays() {
    RecentlyUsed<String, Integer> map = new RecentlyUsed<>(2);
    AtomicInteger made = new AtomicInteger();
    map.getOrMake("a", _ -> made.incrementAndGet());
    map.getOrMake("b", _ -> made.incrementAndGet());
    assertEquals(1, map.getOrMake("a", _ -> made.incrementAndGet()));
    map.getOrMake("c", _ -> made.incrementAndGet());
    assertEquals(2, map.size());
    assertTrue(map.holds("a"));
    assertFalse(map.holds("b"));
  }

  private static OriginTls tls(TlsProvider provider) {
    return new OriginTls(
        provider, OriginRoots.only(List.of(ROOT.certificate())), CLOCK, Runnable::run);
  }

  private static OriginTarget target(String host) {
    return new OriginTarget(host, 443, List.of(), Optional.empty());
  }

  private static SslContext server(ClientAuth auth) throws SSLException {
    return SslContextBuilder.forServer(SERVER.keys().getPrivate(), SERVER.certificate())
        .sslProvider(SslProvider.JDK)
        .trustManager(InsecureTrustManagerFactory.INSTANCE)
        .clientAuth(auth)
        .build();
  }

  private static Handshake shake(OriginTls tls, OriginTarget target, SslContext server) {
    return Handshake.between(
        tls.newHandler(target, ByteBufAllocator.DEFAULT),
        server.newHandler(ByteBufAllocator.DEFAULT));
  }
}
