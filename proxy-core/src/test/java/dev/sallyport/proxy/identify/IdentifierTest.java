package dev.sallyport.proxy.identify;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sallyport.proxy.config.Settings;
import dev.sallyport.proxy.identify.Identifier.Result;
import dev.sallyport.proxy.stage.Accepted;
import dev.sallyport.proxy.stage.ClientCertificate;
import dev.sallyport.proxy.testing.Policies;
import dev.sallyport.rules.CertificateName;
import dev.sallyport.rules.CertificateName.Kind;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.ClientIdentity.Proof;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.PolicyLoader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentifierTest {
  private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.7");
  private static final Settings.Identity OPEN = new Settings.Identity(Optional.empty(), false);
  private static final Settings.Identity CLOSED = new Settings.Identity(Optional.empty(), true);
  private static final Result WRONG = new Result.Refused(Reason.CREDENTIALS_WRONG);
  private static final Result MISSING = new Result.Refused(Reason.CREDENTIALS_MISSING);

  private static Policy namingNone() {
    return Policies.of("a.example");
  }

  /// A password that a person chose: with a colon, and beyond ASCII.
  private static final String CHOSEN = "pa:ss:wörds";

  private static final Accepted SHARED = accepted(false);
  private static final Accepted OWN = accepted(true);

  @TempDir private Path folder = Path.of("");
  private TokenStore store = TokenStore.none();
  private String secret = "";

  private static Accepted accepted(boolean own) {
    return new Accepted("01", new InetSocketAddress(CLIENT, 5), "main", own, Instant.EPOCH);
  }

  @BeforeEach
  void start() throws Exception {
    Path path = folder.resolve("tokens.yaml");
    TokenFile file = new TokenFile(path);
    secret = file.add("ci-1", Map.of("repository", "acme/x"), Instant.EPOCH).orElseThrow().reveal();
    String chosen = java.util.HexFormat.of().formatHex(Secret.sha256(CHOSEN));
    Files.writeString(path, Files.readString(path) + "  - {name: odd, sha256: " + chosen + "}\n");
    store = TokenStore.open(path);
  }

  private static String basic(String pair) {
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
  }

  private static Supplier<Policy> naming(String certificate) {
    String any = "assign: [{anonymous: true, profile: all}]";
    String text = Policies.allowing("a.example");
    return () -> {
      try {
        return PolicyLoader.load(
            "p.yaml",
            text.replace(any, "assign: [{certificate: {" + certificate + "}, profile: all}]"));
      } catch (LoadException wrong) {
        throw new IllegalArgumentException(wrong);
      }
    };
  }

  /// A certificate whose subject alternative name has a URI and a DNS name.
  private static final ClientCertificate SHOWN =
      new ClientCertificate(
          new LinkedHashSet<>(
              List.of(
                  new CertificateName(Kind.URI, "spiffe://example.org/a"),
                  new CertificateName(Kind.DNS, "build.example.org"))),
          Instant.MAX);

  private Result certified(TokenStore tokens, Supplier<Policy> policy) {
    return new Identifier(tokens, CLOSED, policy).identify(SHARED.with(SHOWN), List.of());
  }

  private static Result named(CertificateName by) {
    return known(Proof.Certificate.named(by, SHOWN.names()));
  }

  @Test
  void aCertificateThatThePolicyNamesIsAProof() {
    TokenStore none = TokenStore.none();
    CertificateName dns = new CertificateName(Kind.DNS, "build.example.org");
    CertificateName uri = new CertificateName(Kind.URI, "spiffe://example.org/a");
    assertEquals(named(dns), certified(none, naming("dns: build.example.org")));
    assertEquals(named(uri), certified(none, naming("uri: \"spiffe://example.org/a\"")));
    assertEquals(
        named(uri),
        certified(none, naming("dns: build.example.org, uri: \"spiffe://example.org/a\"")));
    assertEquals(WRONG, certified(none, naming("dns: other.example.org")));
    assertEquals(MISSING, certified(none, IdentifierTest::namingNone));
  }

  @Test
  void aCertificateOnFileHasTheNameOfTheFile() throws Exception {
    Path file = folder.resolve("certificates.yaml");
    Files.writeString(
        file, "certificates: [{name: build, dns: build.example.org, labels: {team: a}}]\n");
    TokenStore onFile = TokenStore.open(file);
    Result known =
        known(
            new Proof.Certificate("build", "dns build.example.org", SHOWN.names()),
            Map.of("team", "a"));
    assertEquals(known, certified(onFile, IdentifierTest::namingNone));
    assertEquals(known, certified(onFile, naming("dns: build.example.org")));
    Files.writeString(file, "certificates: [{name: build, dns: x.example.org}]\n");
    assertEquals(WRONG, certified(TokenStore.open(file), IdentifierTest::namingNone));
    assertEquals(
        named(new CertificateName(Kind.DNS, "build.example.org")),
        certified(TokenStore.open(file), naming("dns: build.example.org")));
  }

  private Result shown(String... values) {
    return new Identifier(store, OPEN, IdentifierTest::namingNone)
        .identify(SHARED, List.of(values));
  }

  private Proof token(String name) {
    return store.tokens().orElseThrow().all().stream()
        .filter(token -> token.name().equals(name))
        .map(token -> new Proof.Token(name, token.sha256()))
        .findFirst()
        .orElseThrow();
  }

  private static Result known(Proof proof, Map<String, String> labels) {
    return new Result.Known(new ClientIdentity(proof, CLIENT, "main", labels, Map.of()));
  }

  private static Result known(Proof proof) {
    return known(proof, Map.of());
  }

  @Test
  void rightCredentialsProveTheTokenWithItsLabels() {
    Result expected = known(token("ci-1"), Map.of("repository", "acme/x"));
    assertEquals(expected, shown(basic("ci-1:" + secret)));
    assertEquals(expected, shown(basic("ci-1:" + secret).replace("Basic", "bASIC")));
    assertEquals(
        expected,
        new Identifier(store, CLOSED, IdentifierTest::namingNone)
            .identify(SHARED, List.of(basic("ci-1:" + secret))));
  }

  @Test
  void claimsStandApartFromWhatIsProven() {
    ClientIdentity client =
        new ClientIdentity(
            token("ci-1"),
            CLIENT,
            "main",
            Map.of("repository", "acme/x"),
            Map.of("repository", "acme/y", "run", "77"));
    assertEquals(new Result.Known(client), shown(basic("ci-1+repository=acme/y+run=77:" + secret)));
  }

  @Test
  void aPasswordMayHoldColonsAndUtf8() {
    assertEquals(known(token("odd")), shown(basic("odd:" + CHOSEN)));
    byte[] latin1 = ("odd:" + CHOSEN).getBytes(ISO_8859_1);
    assertEquals(WRONG, shown("Basic " + Base64.getEncoder().encodeToString(latin1)));
  }

  @Test
  void nothingShownIsAnonymousOrAskedFor() {
    assertEquals(known(new Proof.Nothing()), shown());
    assertEquals(
        MISSING,
        new Identifier(store, CLOSED, IdentifierTest::namingNone).identify(SHARED, List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Basic",
        "Basic ",
        "Bearer abc",
        "Negotiate abc",
        "Digest username=\"ci-1\"",
        "Basic =",
        "Basic !!!!",
        "Basic Y2ktMQ==", // no colon
        "Basic  Y2ktMTp4", // two spaces
        "Basic Y2ktMTp4 ",
        "Basic Y2ktMTp4,Y2ktMTp4",
        "Basic Y2k tMTp4",
        "Basic Og==", // an empty name and an empty password
        "Basic Y2ktMTo=", // an empty password
        "Basic OnNwdA==" // an empty name
      })
  void whateverElseIsShownIsWrongAndNeverAnonymous(String value) {
    assertEquals(WRONG, shown(value));
    assertEquals(
        WRONG,
        new Identifier(store, CLOSED, IdentifierTest::namingNone).identify(SHARED, List.of(value)));
    assertEquals(
        WRONG,
        new Identifier(store, OPEN, IdentifierTest::namingNone).identify(OWN, List.of(value)));
    assertEquals(
        WRONG,
        new Identifier(TokenStore.none(), OPEN, IdentifierTest::namingNone)
            .identify(SHARED, List.of(value)));
  }

  @Test
  void wrongNamesAndSecretsAreWrong() {
    assertEquals(WRONG, shown(basic("ci-2:" + secret)));
    assertEquals(WRONG, shown(basic("ci-1:" + secret + "x")));
    assertEquals(WRONG, shown(basic("ci-1:" + secret.substring(1))));
    assertEquals(WRONG, shown(basic("CI-1:" + secret)));
    assertEquals(WRONG, shown(basic("ci-1+repo=:" + secret)));
    assertEquals(WRONG, shown(basic("ci-1+repo=acme/y:" + secret + "x")));
    assertEquals(WRONG, shown(basic("ci-1:" + secret + "\n")));
    assertEquals(WRONG, shown(basic("ci-1\u0000:" + secret)));
  }

  @Test
  void theEncodingIsTheOneThatThePairHas() {
    String good = basic("odd:" + CHOSEN);
    assertEquals('=', good.charAt(good.length() - 1));
    assertEquals(WRONG, shown(good.replace("=", "")));
    assertEquals(WRONG, shown(good + "="));
    // The last character before the padding carries bits that no octet needs; they must be zero.
    int last = good.indexOf('=') - 1;
    String stray =
        good.substring(0, last) + (char) (good.charAt(last) + 1) + good.substring(last + 1);
    assertEquals(WRONG, shown(stray));
  }

  @Test
  void twoFieldsAreWrongEvenWhenBothAreRight() {
    assertEquals(WRONG, shown(basic("ci-1:" + secret), basic("ci-1:" + secret)));
    assertEquals(WRONG, shown("", ""));
  }

  @Test
  void aValueIsBounded() {
    // 6 characters of scheme, the rest Base64 of four characters each.
    String longest = basic("x".repeat((BasicCredentials.MAX_VALUE - 6) / 4 * 3 - 1) + ":");
    assertEquals(BasicCredentials.MAX_VALUE - 2, longest.length());
    assertEquals(true, BasicCredentials.parse(longest).isPresent());
    String tooLong = basic("x".repeat((BasicCredentials.MAX_VALUE - 6) / 4 * 3 + 2) + ":");
    assertEquals(BasicCredentials.MAX_VALUE + 2, tooLong.length());
    assertEquals(false, BasicCredentials.parse(tooLong).isPresent());
  }

  @Test
  void aListenerOfOneClientIsProofUnlessWrongCredentialsAreShown() {
    assertEquals(
        known(new Proof.OwnListener()),
        new Identifier(store, CLOSED, IdentifierTest::namingNone).identify(OWN, List.of()));
    Identifier without = new Identifier(TokenStore.none(), OPEN, IdentifierTest::namingNone);
    assertEquals(known(new Proof.OwnListener()), without.identify(OWN, List.of(basic("a:b"))));
    assertEquals(
        WRONG,
        new Identifier(store, OPEN, IdentifierTest::namingNone)
            .identify(OWN, List.of(basic("a:b"))));
    assertEquals(
        known(token("odd")),
        new Identifier(store, OPEN, IdentifierTest::namingNone)
            .identify(OWN, List.of(basic("odd:" + CHOSEN))));
  }

  @Test
  void revokedCredentialsAreWrongAfterAReload() throws Exception {
    new TokenFile(folder.resolve("tokens.yaml")).revoke("ci-1");
    store.reload();
    assertEquals(WRONG, shown(basic("ci-1:" + secret)));
  }
}
