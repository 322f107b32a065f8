package dev.sallyport.mitm.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.mitm.TlsProvider;
import dev.sallyport.mitm.origin.TestCertificates.Wish;
import dev.sallyport.testkit.Handshake;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The categories of bad servers that browsers are tried with, each refused with a sentence that
/// fits, by both providers.
class BadOriginsTest {
  private static final TestCertificates ROOT = TestCertificates.root("root");
  private static final TestCertificates ISSUER = ROOT.issuer("issuer");
  private static final TestCertificates STRANGER = TestCertificates.root("stranger");
  private static final Wish GOOD = Wish.good();

  static Stream<Arguments> bad() {
    var now = TestCertificates.NOW;
    var weak = TestCertificates.rsaKeys(1024);
    List<Arguments> rows = new ArrayList<>();
    rows.add(
        row(
            "expired",
            ISSUER.server(GOOD.until(now.minus(Duration.ofMinutes(1)))),
            OriginProblem.EXPIRED,
            "the certificate of `site.example` ended on 28 November 2026 at 11:59 UTC"));
    rows.add(
        row(
            "not yet",
            ISSUER.server(GOOD.from(now.plus(Duration.ofMinutes(1)))),
            OriginProblem.NOT_YET_VALID,
            "the certificate of `site.example` begins on 28 November 2026 at 12:01 UTC"));
    rows.add(
        row(
            "wrong host",
            ISSUER.server(GOOD.named("other.example")),
            OriginProblem.WRONG_NAME,
            "the certificate that `site.example` shows is for other hosts"));
    rows.add(
        row(
            "common name only",
            ISSUER.server(GOOD.unnamed()),
            OriginProblem.NO_NAME,
            "the certificate of `site.example` has no subject alternative name, and a common name"
                + " alone does not count"));
    rows.add(
        row(
            "sha-1",
            ISSUER.server(GOOD.signed("SHA1with")),
            OriginProblem.WEAK_SIGNATURE,
            "the certificate of `site.example` or of an issuer is signed in a way that can be"
                + " forged: SHA-256 is the least"));
    rows.add(
        row(
            "1024 bits",
            ISSUER.server(GOOD, weak),
            OriginProblem.WEAK_KEY,
            "the certificate of `site.example` or of an issuer has a key that can be broken: RSA of"
                + " 2048 bits or P-256 is the least"));
    rows.add(
        Arguments.of(
            "self-signed",
            List.of(TestCertificates.selfSigned(GOOD)),
            OriginProblem.SELF_SIGNED,
            "`site.example` has signed its certificate itself, and the gate does not trust it"));
    rows.add(
        Arguments.of(
            "untrusted root",
            List.of(STRANGER.server(GOOD), STRANGER),
            OriginProblem.UNKNOWN_ROOT,
            "no root that the gate trusts has signed the certificate of `site.example`"));
    rows.add(
        Arguments.of(
            "incomplete chain",
            List.of(ISSUER.server(GOOD)),
            OriginProblem.INCOMPLETE_CHAIN,
            "no root that the gate trusts has signed the certificate of `site.example` directly,"
                + " and the certificate of its issuer is not sent along"));
    return rows.stream()
        .flatMap(
            row ->
                Arrays.stream(TlsProvider.values())
                    .map(
                        provider ->
                            Arguments.of(
                                provider, row.get()[0], row.get()[1], row.get()[2], row.get()[3])));
  }

  private static Arguments row(
      String name, TestCertificates server, OriginProblem problem, String sentence) {
    return Arguments.of(name, List.of(server, ISSUER), problem, sentence);
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("bad")
  void aBadCertificateIsRefused(
      TlsProvider provider,
      String name,
      List<TestCertificates> shown,
      OriginProblem problem,
      String sentence)
      throws SSLException {
    Handshake handshake = shake(provider, shown, ROOT);
    Throwable failure = handshake.client().failure();
    assertTrue(failure != null, name);
    assertEquals(
        new OriginFailure(problem, sentence), OriginFailure.of(failure, "site.example"), name);
  }

  @ParameterizedTest
  @EnumSource
  void aGoodOneIsTaken(TlsProvider provider) throws SSLException {
    TestCertificates server = ISSUER.server(GOOD);
    assertTrue(shake(provider, List.of(server, ISSUER), ROOT).client().done());
  }

  @ParameterizedTest
  @EnumSource
  void aSelfSignedOneIsTakenWhereSomebodySaysThatItIsTrusted(TlsProvider provider)
      throws SSLException {
    TestCertificates server = TestCertificates.selfSigned(GOOD);
    assertTrue(shake(provider, List.of(server), server).client().done());
    TestCertificates other = TestCertificates.selfSigned(GOOD.named("other.example"));
    assertEquals(
        OriginProblem.WRONG_NAME,
        OriginFailure.of(failure(shake(provider, List.of(other), other)), "site.example")
            .problem());
  }

  static Stream<Arguments> answers() {
    return Stream.of(
            Arguments.of(
                "alert protocol_version", "1503010002" + "0246", OriginProblem.NO_COMMON_GROUND),
            Arguments.of(
                "alert handshake_failure", "1503030002" + "0228", OriginProblem.NO_COMMON_GROUND),
            Arguments.of(
                "alert insufficient_security",
                "1503030002" + "0247",
                OriginProblem.NO_COMMON_GROUND),
            Arguments.of(
                "alert certificate_required",
                "1503030002" + "0274",
                OriginProblem.CLIENT_CERTIFICATE),
            Arguments.of(
                "alert unrecognized_name", "1503030002" + "0270", OriginProblem.REFUSED_BY_ORIGIN),
            Arguments.of("TLS 1.0", hello("0301", "c013"), OriginProblem.NO_COMMON_GROUND),
            Arguments.of("TLS 1.1", hello("0302", "c013"), OriginProblem.NO_COMMON_GROUND),
            Arguments.of("SSL 3.0", hello("0300", "000a"), OriginProblem.NO_COMMON_GROUND),
            Arguments.of("null cipher", hello("0303", "c010"), OriginProblem.NO_COMMON_GROUND),
            Arguments.of("RC4", hello("0303", "c011"), OriginProblem.NO_COMMON_GROUND),
            Arguments.of("3DES", hello("0303", "c012"), OriginProblem.NO_COMMON_GROUND),
            Arguments.of("AES-CBC", hello("0303", "c013"), OriginProblem.NO_COMMON_GROUND),
            Arguments.of("DHE", hello("0303", "009e"), OriginProblem.NO_COMMON_GROUND),
            Arguments.of("RSA key exchange", hello("0303", "009c"), OriginProblem.NO_COMMON_GROUND),
            Arguments.of(
                "plain HTTP",
                "485454502f312e3120343030204261642052657175657374",
                OriginProblem.NOT_TLS))
        .flatMap(
            row ->
                Arrays.stream(TlsProvider.values())
                    .map(
                        provider ->
                            Arguments.of(provider, row.get()[0], row.get()[1], row.get()[2])));
  }

  /// A ServerHello that chooses this version and cipher suite.
  private static String hello(String version, String suite) {
    String body = version + "00".repeat(32) + "00" + suite + "00";
    String message = "0200" + HexFormat.of().toHexDigits((short) (body.length() / 2)) + body;
    return "16" + version + HexFormat.of().toHexDigits((short) (message.length() / 2)) + message;
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("answers")
  void anUnsafeAnswerIsRefused(
      TlsProvider provider, String name, String answer, OriginProblem problem) {
    SslHandler handler = handler(provider, ROOT);
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.pipeline().addLast(handler);
    channel.runPendingTasks();
    channel.pipeline().fireChannelRead(Unpooled.wrappedBuffer(HexFormat.of().parseHex(answer)));
    channel.runPendingTasks();
    Throwable failure = handler.handshakeFuture().cause();
    Handshake.end(channel);
    assertTrue(failure != null, name);
    assertEquals(problem, OriginFailure.of(failure, "site.example").problem(), failure::toString);
  }

  @ParameterizedTest
  @EnumSource
  void anOriginThatHangsUpIsToldSo(TlsProvider provider) {
    SslHandler handler = handler(provider, ROOT);
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.pipeline().addLast(handler);
    channel.close();
    channel.runPendingTasks();
    Throwable failure = handler.handshakeFuture().cause();
    Handshake.end(channel);
    assertTrue(failure != null);
    assertEquals(
        new OriginFailure(
            OriginProblem.REFUSED_BY_ORIGIN, "`site.example` ended the TLS handshake"),
        OriginFailure.of(failure, "site.example"));
  }

  @Test
  void whateverElseGoesWrongHasASentence() {
    for (OriginProblem problem : OriginProblem.values()) {
      assertTrue(problem.name().length() > 2);
    }
    assertEquals(
        new OriginFailure(OriginProblem.OTHER, "the TLS handshake with `a.example` failed"),
        OriginFailure.of(new IllegalStateException("?"), "a.example"));
  }

  private static Throwable failure(Handshake handshake) {
    Throwable failure = handshake.client().failure();
    return failure == null ? new AssertionError("the handshake went well") : failure;
  }

  private static SslHandler handler(TlsProvider provider, TestCertificates root) {
    return new OriginTls(
            provider,
            OriginRoots.only(List.of(root.certificate())),
            InstantSource.fixed(TestCertificates.NOW),
            Runnable::run)
        .newHandler(
            new OriginTarget("site.example", 443, List.of(), Optional.empty()),
            ByteBufAllocator.DEFAULT);
  }

  private static Handshake shake(
      TlsProvider provider, List<TestCertificates> shown, TestCertificates root)
      throws SSLException {
    List<X509Certificate> chain = shown.stream().map(TestCertificates::certificate).toList();
    return Handshake.between(
        handler(provider, root),
        SslContextBuilder.forServer(new ShownKey(shown.getFirst().keys().getPrivate(), chain))
            .sslProvider(SslProvider.JDK)
            .build()
            .newHandler(ByteBufAllocator.DEFAULT));
  }
}
