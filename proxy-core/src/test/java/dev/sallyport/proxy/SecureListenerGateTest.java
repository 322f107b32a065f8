package dev.sallyport.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.mitm.keys.OneKey;
import dev.sallyport.mitm.keys.OwnKey;
import dev.sallyport.mitm.keys.Passphrase;
import dev.sallyport.proxy.identify.TokenFile;
import dev.sallyport.proxy.testing.Await;
import dev.sallyport.proxy.testing.Hello;
import dev.sallyport.proxy.testing.Policies;
import dev.sallyport.proxy.testing.TestAuthority;
import dev.sallyport.proxy.testing.TestCertificate;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.TestOrigin;
import dev.sallyport.proxy.testing.Wire;
import dev.sallyport.proxy.transport.Transport;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// The listener of an `https://` proxy URL, with certificates of clients and without.
@ParameterizedClass
@MethodSource("dev.sallyport.proxy.testing.Transports#available")
class SecureListenerGateTest {
  private static final String GATE = "gate.example.com";
  private static final byte[] ACCESS_DENIED = {21, 3, 3, 0, 2, 2, 49};

  /// Whoever proves something may reach more.
  private static final String POLICY =
      """
      sallyport: 1
      name: test
      classes:
        web: {allow: [{host: tls.example.com}, {host: any.example.com, tunnel: any}, {host: plain.example.com, scheme: http}]}
        seen: {intercept: true, allow: [seen.example.com]}
      profiles: {all: {classes: [web, seen]}, none: {classes: []}}
      assign:
        - {proven: {team: a}, profile: all}
        - {token: ci-*, profile: all}
        - {anonymous: true, profile: none}
      """;

  private static final String ANYBODY = POLICY.replace("profile: none}", "profile: all}");

  private final Transport transport;
  @TempDir private Path folder = Path.of("");

  SecureListenerGateTest(Transport transport) {
    this.transport = transport;
  }

  private String tls(String clients) throws IOException {
    TestCertificate.KeyFiles files = TestCertificate.keyFiles(folder);
    return "tls: {certificate: %s, key: %s, passphrase-file: %s%s}"
        .formatted(files.keys(), files.keys(), files.passphrase(), clients);
  }

  private String asked(boolean required) throws IOException {
    return ", clients: {authorities: "
        + TestCertificate.certificateFile(folder)
        + ", required: "
        + required
        + "}";
  }

  private TestGate gate(int port, String listener, String policy, String... more) throws Exception {
    String settings =
        """
        listen: [{name: main, address: 127.0.0.1, port: 0, socks: true, %s}]
        connect-to: {"*:*": "127.0.0.1:%d"}
        intercept: {authority: memory}
        """
            .formatted(listener, port);
    return TestGate.start(transport, folder, settings + String.join("\n", more), policy);
  }

  /// Trusts the gate, and shows the certificate of the tests.
  private static SSLContext showing() {
    return TestCertificate.context();
  }

  /// The same, whoever the gate says it would believe.
  private SSLContext insisting() throws Exception {
    TestCertificate.KeyFiles files = TestCertificate.keyFiles(folder);
    OwnKey own = OwnKey.pkcs12(files.keys(), Passphrase.in(files.passphrase()));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        new KeyManager[] {new OneKey(own)},
        InsecureTrustManagerFactory.INSTANCE.getTrustManagers(),
        null);
    return context;
  }

  /// Trusts the gate and shows nothing.
  private SSLContext silent() throws IOException {
    byte[] der = Files.readAllBytes(TestCertificate.certificateFile(folder));
    return TestAuthority.trusting(
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder().encodeToString(der)
            + "\n-----END CERTIFICATE-----\n");
  }

  private static Wire secured(TestGate gate, SSLContext context, String... protocols)
      throws IOException {
    return gate.client().secured(context, GATE, protocols);
  }

  @Test
  void aTunnelGoesThroughIt() throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin.port(), tls(""), ANYBODY);
        Wire client = secured(gate, silent(), "h2", "http/1.1")) {
      assertEquals("http/1.1", client.protocol());
      client.send(TestGate.connect("tls.example.com:443"));
      assertTrue(client.head().startsWith("HTTP/1.1 200 "));
      byte[] hello = Hello.to("tls.example.com");
      client.send(hello);
      assertEquals(hello.length, client.read(hello.length).length());
    }
  }

  @Test
  void plainRequestsAndRefusalsGoThroughIt() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin.port(), tls(""), ANYBODY);
        Wire client = secured(gate, silent())) {
      client.send(TestGate.get("http://plain.example.com/"));
      assertEquals(200, client.answer().status());
      client.send(TestGate.get("http://evil.example.com/"));
      Wire.Answer refused = client.answer();
      assertEquals(403, refused.status());
      assertTrue(refused.body().contains("not-listed"), refused.body());
    }
  }

  @Test
  void whatIsWithinATunnelIsLookedAtInTheSameWay() throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin.port(), tls(""), ANYBODY);
        Wire client = secured(gate, silent())) {
      client.send(TestGate.connect("tls.example.com:443"));
      assertTrue(client.head().startsWith("HTTP/1.1 200 "));
      client.send(Hello.to("evil.example.com"));
      assertEquals(new String(ACCESS_DENIED, StandardCharsets.ISO_8859_1), client.read(7));
      assertTrue(client.ends());
      assertEquals(List.of("allow listed", "deny sni-mismatch"), gate.awaitDecisions(2));
    }
  }

  @Test
  void tlsWithinTlsIsIntercepted() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin.port(), tls(""), ANYBODY);
        Wire client = secured(gate, silent())) {
      client.send(TestGate.connect("seen.example.com:443"));
      assertTrue(client.head().startsWith("HTTP/1.1 200 "));
      Wire inner =
          client.secured(
              TestAuthority.trusting(gate.gate().authorityRoot().orElseThrow()),
              "seen.example.com");
      inner.send("GET / HTTP/1.1\r\nHost: evil.example.com\r\n\r\n");
      assertEquals(421, inner.answer().status());
    }
  }

  @Test
  void halfOfATunnelEndsInOrder() throws Exception {
    try (TestOrigin origin =
            TestOrigin.start(
                (client, self) -> {
                  client.read(4);
                  client.send("pong").endOutput();
                });
        TestGate gate = gate(origin.port(), tls(""), ANYBODY);
        Wire client = secured(gate, silent())) {
      client.send(TestGate.connect("any.example.com:443"));
      assertTrue(client.head().startsWith("HTTP/1.1 200 "));
      client.send("ping");
      assertEquals("pong", client.restOfText());
    }
  }

  @Test
  void socksIsSpokenWithinItToo() throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin.port(), tls(""), ANYBODY);
        Wire client = secured(gate, silent())) {
      client.send("\u0005\u0001\u0000");
      assertEquals("\u0005\u0000", client.read(2));
      client.send("\u0005\u0001\u0000\u0003\u000fany.example.com\u0001\u00bb");
      assertEquals("\u0005\u0000", client.read(10).substring(0, 2));
      assertEquals("ping", client.send("ping").read(4));
    }
  }

  @Test
  void whoSpeaksInClearIsToldSo() throws Exception {
    try (TestGate gate = gate(1, tls(""), ANYBODY);
        Wire client = gate.client().send(TestGate.get("http://plain.example.com/"))) {
      Wire.Answer answer = client.answer();
      assertEquals(400, answer.status());
      assertTrue(answer.body().contains("https://"), answer.body());
      assertTrue(client.ends());
      assertEquals(List.of("deny malformed"), gate.awaitDecisions(1));
    }
  }

  @Test
  void aCertificateProvesWhoItIs() throws Exception {
    Files.writeString(
        folder.resolve("t.yaml"),
        """
        certificates:
          - {name: build, dns: "other.example.com", labels: {team: b}}
          - {name: agents, subject: "CN=test", labels: {team: a}}
        """);
    String secret =
        new TokenFile(folder.resolve("t.yaml")).add("ci-1", Map.of(), Instant.EPOCH).get().reveal();
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate =
            gate(origin.port(), tls(asked(false)), POLICY, "identity: {tokens: t.yaml}")) {
      try (Wire client = secured(gate, showing())) {
        client.send(TestGate.get("http://plain.example.com/"));
        assertEquals(200, client.answer().status());
        // Identity belongs to the request: a token counts more than the certificate.
        client.send(withToken("ci-1", secret));
        assertEquals(200, client.answer().status());
        client.send(withToken("ci-1", "wrong"));
        assertEquals(407, client.answer().status());
      }
      try (Wire client = secured(gate, silent())) {
        client.send(TestGate.get("http://plain.example.com/"));
        assertEquals(403, client.answer().status());
      }
      assertEquals(
          List.of("allow listed", "allow listed", "deny credentials-wrong", "deny not-listed"),
          gate.awaitDecisions(4));
      JsonNode first = gate.events("decision").getFirst();
      assertEquals("mtls", first.path("sallyport.identity.method").asText());
      assertEquals("agents", first.path("user.name").asText());
      assertEquals("a", first.path("sallyport.labels.team").asText());
      assertEquals("ci-1", gate.events("decision").get(1).path("user.name").asText());
    }
  }

  private static String withToken(String name, String secret) {
    String pair =
        Base64.getEncoder()
            .encodeToString((name + ":" + secret).getBytes(StandardCharsets.ISO_8859_1));
    return TestGate.get("http://plain.example.com/")
        .replace("\r\n\r\n", "\r\nProxy-Authorization: Basic " + pair + "\r\n\r\n");
  }

  @Test
  void aClientThatIsNoLongerOnFileEnds() throws Exception {
    Path file = folder.resolve("t.yaml");
    Files.writeString(
        file, "certificates: [{name: agents, subject: CN=test, labels: {team: a}}]\n");
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate =
            gate(origin.port(), tls(asked(true)), POLICY, "identity: {tokens: t.yaml}");
        Wire client = secured(gate, showing())) {
      client.send(TestGate.connect("any.example.com:443"));
      assertTrue(client.head().startsWith("HTTP/1.1 200 "));
      assertEquals("ping", client.send("ping").read(4));
      Files.writeString(
          file, "certificates: [{name: agents, dns: x.example, labels: {team: a}}]\n");
      gate.gate().reloadTokens();
      assertTrue(client.ends());
      assertEquals(List.of("credentials-wrong gate"), gate.awaitEnds(1));
      try (Wire again = secured(gate, showing())) {
        again.send(TestGate.connect("any.example.com:443"));
        assertEquals(407, again.answer().status());
      }
    }
  }

  @Test
  void aPolicyKnowsClientsByWhatTheirCertificatesSay() throws Exception {
    String policy = POLICY.replace("token: ci-*", "certificate: {subject: CN=test}");
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin.port(), tls(asked(false)), policy);
        Wire client = secured(gate, showing())) {
      client.send(TestGate.connect("any.example.com:443"));
      assertTrue(client.head().startsWith("HTTP/1.1 200 "));
      assertEquals("ping", client.send("ping").read(4));
      try (Wire other = secured(gate, silent())) {
        other.send(TestGate.get("http://plain.example.com/"));
        assertEquals(403, other.answer().status());
      }
      JsonNode first = gate.events("decision").getFirst();
      assertEquals("mtls", first.path("sallyport.identity.method").asText());
      assertEquals("cn=test", first.path("user.name").asText());
      assertEquals(0, gate.reload(policy.replace("CN=test", "cn=Test")).ended());
      // The same client is nobody any more: not even who any other is.
      String others = policy.replace("CN=test", "CN=other");
      assertEquals(1, gate.reload(others).ended());
      assertTrue(client.ends());
      assertEquals(List.of("credentials-wrong gate"), gate.awaitEnds(1));
      try (Wire again = secured(gate, showing())) {
        again.send(TestGate.get("http://plain.example.com/"));
        assertEquals(407, again.answer().status());
      }
    }
  }

  @Test
  void withoutTheCertificateThatIsRequiredNobodyComesIn() throws Exception {
    try (TestGate gate = gate(1, tls(asked(true)), ANYBODY)) {
      assertThrows(
          IOException.class,
          () -> {
            try (Wire client = secured(gate, silent())) {
              client.send(TestGate.get("http://plain.example.com/"));
              if (client.answer().status() == 0) {
                throw new IOException("nothing came");
              }
            }
          });
      assertEquals(List.of("deny credentials-missing"), gate.awaitDecisions(1));
      Await.until("nothing is in flight", () -> gate.gate().handshakes() == 0);
    }
  }

  @Test
  void aCertificateOfOthersIsWrong() throws Exception {
    try (TestGate gate =
        gate(
            1,
            tls(
                ", clients: {authorities: "
                    + TestAuthority.rootFile(folder)
                    + ", required: false}"),
            ANYBODY)) {
      assertThrows(
          IOException.class,
          () -> {
            try (Wire client = secured(gate, insisting())) {
              client.send(TestGate.get("http://plain.example.com/"));
              if (client.answer().status() == 0) {
                throw new IOException("nothing came");
              }
            }
          });
      assertEquals(List.of("deny credentials-wrong"), gate.awaitDecisions(1));
    }
  }

  @Test
  void aClientThatDoesNotTrustTheGateIsOnRecord() throws Exception {
    try (TestGate gate = gate(1, tls(""), ANYBODY)) {
      SSLContext other = TestAuthority.originContext("nobody.example.com");
      assertThrows(IOException.class, () -> secured(gate, other).close());
      assertEquals(List.of("deny client-distrusts"), gate.awaitDecisions(1));
    }
  }

  @Test
  void aHandshakeIsBoundedInTimeAndCounted() throws Exception {
    try (TestGate gate = gate(1, tls(""), ANYBODY, "limits: {time: {handshake: 300ms}}");
        Wire half = gate.client().send(new byte[] {0x16, 3, 1});
        Wire silent = gate.client()) {
      Await.until("it counts", () -> gate.gate().handshakes() == 1);
      assertTrue(half.ends());
      assertTrue(silent.ends());
      assertEquals(List.of("deny malformed"), gate.awaitDecisions(1));
      Await.until("it is over", () -> gate.gate().handshakes() == 0);
    }
  }

  @Test
  void anotherCertificateIsTakenUpAndABrokenOneIsNot() throws Exception {
    try (TestGate gate = gate(1, tls(""), ANYBODY)) {
      String expiry = expiry(gate).orElseThrow();
      Path keys = TestCertificate.keyFiles(folder).keys();
      byte[] good = Files.readAllBytes(keys);
      Files.writeString(keys, "no key");
      List<String> kept = gate.gate().reloadCertificates();
      assertEquals(1, kept.size());
      assertTrue(kept.getFirst().startsWith("listener `main`: `"), kept::getFirst);
      assertEquals(expiry, expiry(gate).orElseThrow());
      secured(gate, silent()).close();
      Files.write(keys, good);
      assertEquals(List.of(), gate.gate().reloadCertificates());
      secured(gate, silent()).close();
      assertNotEquals("NaN", expiry);
      assertFalse(expiry.isEmpty());
    }
  }

  private static Optional<String> expiry(TestGate gate) {
    return gate.gate()
        .metrics()
        .scrape()
        .lines()
        .filter(line -> line.startsWith("sallyport_certificate_expiry_timestamp_seconds{"))
        .filter(line -> line.contains("\"listener:main\""))
        .findFirst();
  }

  @Test
  void filesThatCannotBeUsedStopTheStart() {
    CannotStartException why =
        assertThrows(
            CannotStartException.class,
            () ->
                gate(1, "tls: {certificate: no.pem, key: no.pem}", Policies.allowing("a.example")));
    assertTrue(
        String.valueOf(why.getMessage()).startsWith("listener `main`: `" + folder),
        why::getMessage);
  }
}
