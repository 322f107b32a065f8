package dev.sallyport.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.proxy.identify.TokenFile;
import dev.sallyport.proxy.testing.Await;
import dev.sallyport.proxy.testing.Hello;
import dev.sallyport.proxy.testing.Policies;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.TestOrigin;
import dev.sallyport.proxy.testing.Wire;
import dev.sallyport.proxy.transport.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Plain http behind SOCKS5: judged request by request, as a proxy judges it.
@ParameterizedClass
@MethodSource("dev.sallyport.proxy.testing.Transports#available")
class SocksHttpGateTest {
  private static final byte[] ACCESS_DENIED = {21, 3, 3, 0, 2, 2, 49};
  private static final byte[] REPLY = {5, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0};
  private static final String POLICY =
      Policies.allowing(
          "{host: plain.example.com, scheme: http, methods: [GET], paths: [/ok/**]}",
          "{host: both.example.com, scheme: any, ports: [8080]}",
          "{host: any.example.com, scheme: http}",
          "{host: any.example.com, tunnel: any, ports: [80]}",
          "{address: 192.0.2.0/24, scheme: http}");

  private final Transport transport;
  @TempDir private Path folder = Path.of("");

  SocksHttpGateTest(Transport transport) {
    this.transport = transport;
  }

  private TestGate gate(TestOrigin origin, String... settings) throws Exception {
    String all =
        """
        listen: [{name: main, address: 127.0.0.1, port: 0, socks: true}]
        connect-to: {"*:*": "127.0.0.1:%d"}
        intercept: {refuse-in-band: never}
        """
            .formatted(origin.port());
    return TestGate.start(transport, folder, all + String.join("\n", settings), POLICY);
  }

  /// Greeting and request at once.
  private static byte[] socks(String host, int port) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {5, 1, 0, 5, 1, 0, 3, (byte) host.length()});
    out.writeBytes(host.getBytes(ISO_8859_1));
    out.write(port >> 8);
    out.write(port);
    return out.toByteArray();
  }

  /// A client that was told to go on.
  private static Wire open(TestGate gate, String host, int port) throws IOException {
    Wire client = gate.client().send(socks(host, port));
    assertArrayEquals(REPLY, client.read(REPLY.length).getBytes(ISO_8859_1));
    return client;
  }

  private static String get(String path, String host) {
    return "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
  }

  @Test
  void eachRequestIsJudgedByItself() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin);
        Wire client = open(gate, "PLAIN.example.com.", 80)) {
      assertEquals(0, origin.accepted());
      Wire.Answer refused = client.send(get("/private", "plain.example.com")).answer();
      assertEquals(403, refused.status());
      assertTrue(refused.body().contains("\"reason\":\"path-not-allowed\""), refused.body());
      assertEquals(0, origin.accepted());
      assertEquals(200, client.send(get("/ok/a?b=1", "plain.example.com")).answer().status());
      assertEquals(200, client.send(get("/ok/b", "plain.example.com:80")).answer().status());
      assertEquals(1, origin.accepted());
      assertTrue(origin.heads()[0].startsWith("GET /ok/a?b=1 HTTP/1.1\r\n"), origin.heads()[0]);
      gate.awaitEnds(2);
      assertEquals(
          List.of("deny path-not-allowed", "allow listed", "allow listed"), gate.decisions());
      for (JsonNode event : gate.events("decision")) {
        assertEquals("socks", event.path("sallyport.entrance").asText());
        assertEquals("http", event.path("url.scheme").asText());
        assertEquals("plain.example.com", event.path("server.address").asText());
        assertEquals("GET", event.path("http.request.method").asText());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'GET /ok/a HTTP/1.1', other.example.com, 421, host-mismatch",
    "'GET /ok/a HTTP/1.1', plain.example.com:8080, 421, host-mismatch",
    "'GET http://other.example.com/ok/a HTTP/1.1', plain.example.com, 421, host-mismatch",
    "'GET https://plain.example.com/ok/a HTTP/1.1', plain.example.com, 400, malformed",
    "'CONNECT plain.example.com:80 HTTP/1.1', plain.example.com, 400, malformed",
    "'POST /ok/a HTTP/1.1', plain.example.com, 403, method-not-allowed",
    "'GET /ok/../a HTTP/1.1', plain.example.com, 400, malformed",
    "'GET  /ok/a HTTP/1.1', plain.example.com, 400, malformed",
    "'PRI * HTTP/2.0', plain.example.com, 400, malformed",
    "'SSH-2.0-client', plain.example.com, 400, malformed",
  })
  void refusesInWordsAndTouchesNoOrigin(String line, String host, int status, String reason)
      throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin);
        Wire client = open(gate, "plain.example.com", 80)) {
      client.send(line + "\r\nHost: " + host + "\r\n\r\n");
      Wire.Answer answer = client.answer();
      assertTrue(answer.body().contains("\"reason\":\"" + reason + "\""), answer.body());
      assertEquals(status, answer.status());
      assertEquals(List.of("deny " + reason), gate.awaitDecisions(1));
      assertEquals(0, origin.accepted());
    }
  }

  @Test
  void anAbsoluteUrlOfTheSameHostIsTaken() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin);
        Wire client = open(gate, "plain.example.com", 80)) {
      String head = get("http://plain.example.com/ok/a", "plain.example.com");
      assertEquals(200, client.send(head).answer().status());
      assertTrue(origin.heads()[0].startsWith("GET /ok/a HTTP/1.1\r\n"), origin.heads()[0]);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 1000})
  void howItIsCutIntoPiecesChangesNothing(int piece) throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(socks("plain.example.com", 80));
    all.writeBytes(get("/ok/a", "plain.example.com").getBytes(ISO_8859_1));
    byte[] octets = all.toByteArray();
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      for (int at = 0; at < octets.length; at += piece) {
        byte[] part = Arrays.copyOfRange(octets, at, Math.min(octets.length, at + piece));
        client.send(part);
      }
      client.endOutput();
      assertArrayEquals(REPLY, client.read(REPLY.length).getBytes(ISO_8859_1));
      assertEquals(200, client.answer().status());
      assertEquals(List.of("allow listed"), gate.awaitDecisions(1));
      Await.until("nothing is in flight", () -> gate.gate().handshakes() == 0);
      Await.until("nothing is held", () -> gate.gate().heldOctets() == 0);
    }
  }

  @Test
  void whatIsNotHttpIsJudgedAsTheTunnelThatItIs() throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin)) {
      try (Wire client = open(gate, "plain.example.com", 80)) {
        assertArrayEquals(ACCESS_DENIED, client.send(Hello.to("plain.example.com")).rest());
      }
      try (Wire client = open(gate, "plain.example.com", 80)) {
        assertTrue(client.send("\0\0").ends());
      }
      assertEquals(0, origin.accepted());
      try (Wire client = open(gate, "both.example.com", 8080)) {
        byte[] hello = Hello.to("both.example.com");
        assertEquals(hello.length, client.send(hello).read(hello.length).length());
      }
      try (Wire client = open(gate, "both.example.com", 8080)) {
        assertArrayEquals(ACCESS_DENIED, client.send(Hello.to("other.example.com")).rest());
      }
      assertEquals(
          List.of(
              "deny scheme-not-allowed",
              "deny scheme-not-allowed",
              "allow listed",
              "allow listed",
              "deny sni-mismatch"),
          gate.awaitDecisions(5));
      assertTrue(
          gate.events("decision").stream()
              .allMatch(event -> event.path("sallyport.entrance").asText().equals("socks")));
      Await.until("nothing is in flight", () -> gate.gate().handshakes() == 0);
    }
  }

  @Test
  void onePortMaySpeakBoth() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin);
        Wire client = open(gate, "both.example.com", 8080)) {
      assertEquals(200, client.send(get("/", "both.example.com:8080")).answer().status());
      assertEquals(List.of("allow listed"), gate.awaitDecisions(1));
    }
  }

  @Test
  void whereAnyOctetsPassTheOriginMaySpeakFirst() throws Exception {
    try (TestOrigin origin = TestOrigin.start((client, self) -> client.send("220 ready\r\n"));
        TestGate gate = gate(origin);
        Wire client = open(gate, "any.example.com", 80)) {
      assertEquals("220 ready\r\n", client.read(11));
      assertEquals(List.of("allow listed"), gate.awaitDecisions(1));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "evil.example.com, 80, not-listed",
    "denied.example, 80, denied-by-rule",
    "plain.example.com, 443, scheme-not-allowed",
    "plain.example.com, 8080, scheme-not-allowed",
  })
  void whatNoSchemeAllowsIsRefusedAtOnce(String host, int port, String reason) throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin);
        Wire client = gate.client().send(socks(host, port))) {
      byte[] refused = REPLY.clone();
      refused[3] = 2;
      assertArrayEquals(refused, client.rest());
      assertEquals(List.of("deny " + reason), gate.awaitDecisions(1));
      assertEquals(0, origin.accepted());
    }
  }

  @Test
  void whoSaysNothingIsClosed() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin, "limits: {time: {client-hello: 300ms}}")) {
      try (Wire silent = open(gate, "plain.example.com", 80)) {
        assertTrue(silent.ends());
      }
      try (Wire gone = open(gate, "plain.example.com", 80).endOutput()) {
        assertTrue(gone.ends());
      }
      Await.until("both are gone", () -> gate.gate().openConnections() == 0);
      assertEquals(List.of(), gate.decisions());
      assertEquals(0, origin.accepted());
    }
  }

  @Test
  void theGateAnswersForItself() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin);
        Wire client = open(gate, "sallyport.internal", 80)) {
      assertEquals(200, client.send(get("/status", "sallyport.internal")).answer().status());
      assertEquals(List.of(), gate.decisions());
      assertEquals(0, origin.accepted());
    }
  }

  @Test
  void anAddressIsNoName() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin);
        Wire client = open(gate, "192.0.2.1", 80)) {
      Wire.Answer answer = client.send(get("/ok/a", "plain.example.com")).answer();
      assertEquals(421, answer.status());
      assertTrue(answer.body().contains("socks5h://"), answer.body());
      assertEquals(200, client.send(get("/", "192.0.2.1")).answer().status());
    }
  }

  @Test
  void credentialsAreLookedAtForEachRequest() throws Exception {
    TokenFile tokens = new TokenFile(folder.resolve("t.yaml"));
    String secret = tokens.add("ci-1", Map.of(), Instant.EPOCH).get().reveal();
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate =
            TestGate.start(
                transport,
                folder,
                """
                listen: [{name: main, address: 127.0.0.1, port: 0, socks: true}]
                connect-to: {"*:*": "127.0.0.1:%d"}
                identity: {tokens: t.yaml, required: true}
                """
                    .formatted(origin.port()),
                POLICY.replace("{anonymous: true", "{token: ci-*"));
        Wire client = gate.client()) {
      ByteArrayOutputStream asked = new ByteArrayOutputStream();
      asked.writeBytes(new byte[] {5, 1, 2, 1, 4});
      asked.writeBytes("ci-1".getBytes(ISO_8859_1));
      asked.write(secret.length());
      asked.writeBytes(secret.getBytes(ISO_8859_1));
      asked.writeBytes(Arrays.copyOfRange(socks("plain.example.com", 80), 3, 27));
      client.send(asked.toByteArray());
      byte[] reply = {5, 2, 1, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0};
      assertArrayEquals(reply, client.read(reply.length).getBytes(ISO_8859_1));
      assertEquals(200, client.send(get("/ok/a", "plain.example.com")).answer().status());
      assertEquals("ci-1", gate.events("decision").getFirst().path("user.name").asText());
      tokens.revoke("ci-1");
      gate.gate().reloadTokens();
      Wire.Answer refused = client.send(get("/ok/b", "plain.example.com")).answer();
      assertEquals(403, refused.status());
      assertTrue(refused.field("proxy-authenticate").isEmpty(), refused.head());
      assertEquals(List.of("allow listed", "deny credentials-wrong"), gate.awaitDecisions(2));
    }
  }
}
