package dev.sallyport.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.proxy.identify.TokenFile;
import dev.sallyport.proxy.testing.TestAuthority;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.TestOrigin;
import dev.sallyport.proxy.testing.Wire;
import dev.sallyport.proxy.transport.Transport;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Models' APIs under a path of the gate's own.
@ParameterizedClass
@MethodSource("dev.sallyport.proxy.testing.Transports#available")
class GatewayGateTest {
  private static final String HOST = "llm.example.com";
  private static final String POLICY =
      """
      sallyport: 1
      name: test
      contact: "#egress"
      classes:
        model:
          intercept: true
          allow:
            - {host: llm.example.com, methods: [GET, HEAD, POST], paths: [/base/v1/**]}
        tunnels:
          allow: [tls.example.com, {host: plain.example.com, scheme: http}]
      profiles: {all: {classes: [model, tunnels]}, none: {classes: []}}
      assign: [{token: "ci-*", profile: all}, {anonymous: true, profile: all}]
      """;
  private static final String GATEWAYS =
      """
      gateway:
        bases:
          anthropic: https://llm.example.com/base
          openai: https://other.example.com
          tls: https://tls.example.com
          plain: http://plain.example.com
        hosts: [gate.example.net]
        web-origins: ["https://console.example.net"]
      """;

  private final Transport transport;
  @TempDir private Path folder = Path.of("");

  GatewayGateTest(Transport transport) {
    this.transport = transport;
  }

  private TestGate gate(TestOrigin origin, String... settings) throws Exception {
    return gate(POLICY, origin, settings);
  }

  private TestGate gate(String policy, TestOrigin origin, String... settings) throws Exception {
    String all =
        "connect-to: {\"*:*\": \"127.0.0.1:"
            + origin.port()
            + "\"}\nintercept: {authority: memory, refuse-in-band: never}\nupstream: {roots: "
            + TestAuthority.rootFile(folder)
            + "}\n"
            + GATEWAYS;
    return TestGate.start(transport, folder, all + String.join("\n", settings), policy);
  }

  private static TestOrigin origin(String host) throws Exception {
    return TestOrigin.startTls(host, GatewayGateTest::answer);
  }

  private static void answer(Wire client, TestOrigin self) throws java.io.IOException {
    for (String head = self.head(client); !head.isEmpty(); head = self.head(client)) {
      client.send("HTTP/1.1 200 OK\r\nAlt-Svc: h3=\":443\"\r\nContent-Length: 2\r\n\r\nok");
    }
  }

  private static String get(String target, String... fields) {
    return request("GET", target, "Host: 127.0.0.1:3128", fields);
  }

  private static String request(String method, String target, String host, String... fields) {
    String more = fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n";
    return method + " " + target + " HTTP/1.1\r\n" + host + "\r\n" + more + "\r\n";
  }

  @Test
  void leadsToItsBaseOverTlsAndIsJudgedWhole() throws Exception {
    try (TestOrigin origin = origin(HOST);
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      for (int i = 0; i < 2; i++) {
        Wire.Answer answer =
            client
                .send(
                    get(
                        "/gateway/anthropic/v1/messages?beta=true",
                        "x-api-key: key-1",
                        "Authorization: Bearer b-1",
                        "Referer: http://127.0.0.1:3128/gateway/@ci-1:secret/anthropic/",
                        "x-claude-code-session-id: s-1"))
                .answer();
        assertEquals("ok", answer.body());
        assertFalse(answer.field("alt-svc").isPresent(), answer.head());
      }
      assertEquals(1, origin.accepted());
      assertEquals(
          "GET /base/v1/messages?beta=true HTTP/1.1\r\nhost: llm.example.com\r\n"
              + "x-api-key: key-1\r\nAuthorization: Bearer b-1\r\n"
              + "x-claude-code-session-id: s-1\r\n\r\n",
          origin.heads()[0]);
      assertEquals(List.of("done origin", "done origin"), gate.awaitEnds(2));
      JsonNode event = gate.events("decision").getFirst();
      assertEquals("gateway", event.path("sallyport.entrance").asText());
      assertEquals("intercept", event.path("sallyport.treatment").asText());
      assertEquals("model", event.path("sallyport.class").asText());
      assertEquals(HOST, event.path("server.address").asText());
      assertEquals("https", event.path("url.scheme").asText());
      assertEquals("/base/v1/messages", event.path("url.path").asText());
      assertEquals(9, event.path("url.query.length").asInt());
      assertEquals("s-1", event.path("session.id").asText());
    }
  }

  @Test
  void aRefusalHasTheVendorsForm() throws Exception {
    try (TestOrigin origin = origin(HOST);
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      for (String target : List.of("/gateway/anthropic/x", "/gateway/openai/v1/responses")) {
        Wire.Answer answer = client.send(get(target)).answer();
        assertEquals(403, answer.status());
        JsonNode error = new ObjectMapper().readTree(answer.body()).path("error");
        assertEquals("permission_error", error.path("type").asText());
        assertTrue(error.path("message").asText().contains("Sallyport refused"), answer.body());
      }
      assertEquals(List.of("deny path-not-allowed", "deny not-listed"), gate.decisions());
      assertEquals(0, origin.accepted());
    }
  }

  /// What counts is the entry's class; that it would be a tunnel does not hide the request.
  @Test
  void anEntryThatTunnelsIsReachedToo() throws Exception {
    try (TestOrigin origin = origin("tls.example.com");
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      assertEquals(200, client.send(get("/gateway/tls")).answer().status());
      assertEquals(200, client.send(get("/gateway/tls?a=b")).answer().status());
      assertTrue(origin.heads()[0].startsWith("GET / HTTP/1.1\r\n"), origin.heads()[0]);
      assertTrue(origin.heads()[1].startsWith("GET /?a=b HTTP/1.1\r\n"), origin.heads()[1]);
    }
  }

  @Test
  void aPlainBaseIsPlainHttp() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      assertEquals(200, client.send(get("/gateway/plain/x")).answer().status());
      assertTrue(origin.heads()[0].contains("via: 1.1 sallyport-"), origin.heads()[0]);
      assertEquals(
          "tunnel", gate.events("decision").getFirst().path("sallyport.treatment").asText());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../x",
        "/v1/../../x",
        "/v1/..",
        "/./v1",
        "/..;/x",
        "/%2e%2e/x",
        "/.%2E/x",
        "/v1/a%2f..%2f..%2fx",
        "/v1/..%2fx",
        "/v1%5c..%5cx",
        "/v1\\..\\x",
        "//v1/messages",
        "/v1/%6dessages",
        "/v1/%zz",
        "/v1/a#b",
        "/v1/a?b#c"
      })
  void noPathLeavesTheBase(String path) throws Exception {
    try (TestOrigin origin = origin(HOST);
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      Wire.Answer answer = client.send(get("/gateway/anthropic" + path)).answer();
      assertEquals(400, answer.status());
      assertTrue(answer.body().contains("invalid_request_error"), answer.body());
      assertEquals(List.of("deny malformed"), gate.decisions());
      JsonNode event = gate.events("decision").getFirst();
      assertEquals("gateway", event.path("sallyport.entrance").asText());
      assertEquals(HOST, event.path("server.address").asText());
      assertEquals(0, origin.accepted());
    }
  }

  @Test
  void anEncodedSlashPassesAsItIs() throws Exception {
    try (TestOrigin origin = origin("tls.example.com");
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      assertEquals(200, client.send(get("/gateway/tls/m/a%2Fb/")).answer().status());
      assertTrue(origin.heads()[0].startsWith("GET /m/a%2Fb/ HTTP"), origin.heads()[0]);
    }
  }

  /// A name that leads here by somebody else's word is how a page gets round the browser's rules
  /// (DNS rebinding).
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:3128, 200",
    "127.0.0.1, 200",
    "'[::1]:3128', 200",
    "10.1.2.3:3128, 200",
    "localhost:3128, 200",
    "LOCALHOST, 200",
    "gate.example.net:3128, 200",
    "sallyport:3128, 421",
    "evil.example:3128, 421",
    "127.0.0.1.evil.example, 421",
    "localhost.evil.example, 421",
    "2130706433, 421",
    "0x7f.1, 421",
    "127.0.0.1:, 421",
    "127.0.0.1:0, 421",
    "'', 421",
  })
  void theHostIsANameOfTheGate(String host, int status) throws Exception {
    try (TestOrigin origin = origin(HOST);
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      Wire.Answer answer =
          client.send(request("GET", "/gateway/anthropic/v1/a", "Host: " + host)).answer();
      assertEquals(status, answer.status());
      assertEquals(
          status == 200 ? "allow listed" : "deny gateway-host", gate.decisions().getFirst());
      assertEquals(status == 200 ? 1 : 0, origin.accepted());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Origin: https://evil.example, 403",
    "Origin: null, 403",
    "Origin: http://127.0.0.1:3128, 403",
    "Origin: https://console.example.net.evil.example, 403",
    "Origin: https://console.example.net, 200",
    "Origin: https://Console.example.net, 200",
    "Sec-Fetch-Site: cross-site, 403",
    "Sec-Fetch-Site: Cross-Site, 403",
    "Sec-Fetch-Site: same-site, 403",
    "Sec-Fetch-Site: what-is-new, 403",
    "Sec-Fetch-Site: none, 200",
    "Sec-Fetch-Site: same-origin, 200",
  })
  void anotherPageMayNot(String field, int status) throws Exception {
    try (TestOrigin origin = origin(HOST);
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      Wire.Answer answer = client.send(get("/gateway/anthropic/v1/a", field)).answer();
      assertEquals(status, answer.status());
      assertEquals(
          status == 200 ? "allow listed" : "deny web-page-not-allowed",
          gate.decisions().getFirst());
      assertEquals(status == 200 ? 1 : 0, origin.accepted());
      if (status == 200 && field.startsWith("Origin")) {
        assertTrue(origin.heads()[0].contains("rigin: https://llm.example.com\r\n"));
      }
    }
  }

  @Test
  void twoOriginsAreNone() throws Exception {
    try (TestOrigin origin = origin(HOST);
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      String one = "Origin: https://console.example.net";
      assertEquals(403, client.send(get("/gateway/anthropic/v1/a", one, one)).answer().status());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/gateway, 404, gateway-unknown",
    "/gateway/, 404, gateway-unknown",
    "/gateway?x, 404, gateway-unknown",
    "/gateway/Anthropic/v1, 404, gateway-unknown",
    "/gateway/nobody/v1, 404, gateway-unknown",
    "/gateway/@ci-1:x, 404, gateway-unknown",
    "/gateway/@/, 404, gateway-unknown",
    "/gateways/anthropic/v1, 400, malformed",
    "/Gateway/anthropic/v1, 400, malformed",
    "/, 400, malformed",
    "*, 400, malformed",
  })
  void otherPathsAreNone(String target, int status, String reason) throws Exception {
    try (TestOrigin origin = origin(HOST);
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      Wire.Answer answer = client.send(get(target)).answer();
      assertEquals(status, answer.status());
      assertEquals(List.of("deny " + reason), gate.decisions());
      assertTrue(status == 400 || answer.body().contains("one of anthropic, "), answer.body());
    }
  }

  @Test
  void withoutTheSectionThereIsNone() throws Exception {
    try (TestGate gate = TestGate.start(transport, folder, "", POLICY);
        Wire client = gate.client()) {
      assertEquals(400, client.send(get("/gateway/anthropic/v1/a")).answer().status());
      assertEquals(List.of("deny malformed"), gate.decisions());
    }
  }

  @Test
  void aTokenInThePathSaysWho() throws Exception {
    TokenFile file = new TokenFile(folder.resolve("tokens.yaml"));
    String secret =
        file.add("ci-1", Map.of("repository", "acme/x"), Instant.now()).orElseThrow().reveal();
    try (TestOrigin origin = origin(HOST);
        TestGate gate = gate(origin, "identity: {required: true, tokens: tokens.yaml}\n");
        Wire client = gate.client()) {
      String path = "/anthropic/v1/messages";
      String right = "/gateway/@ci-1+run=7:" + secret;
      assertEquals(200, client.send(get(right + path)).answer().status());
      for (String wrong :
          List.of(
              "/gateway/@ci-1:" + secret + "x",
              "/gateway/@ci-2:" + secret,
              "/gateway/@" + secret,
              "/gateway/@",
              "/gateway/@:")) {
        refusedForCredentials(client.send(get(wrong + path)).answer());
      }
      refusedForCredentials(client.send(get("/gateway" + path)).answer());
      refusedForCredentials(
          client.send(get(right + path, "Proxy-Authorization: Basic YTpi")).answer());
      assertEquals(
          "allow listed, deny credentials-wrong, deny credentials-wrong, deny credentials-wrong,"
              + " deny credentials-wrong, deny credentials-wrong, deny credentials-missing,"
              + " deny credentials-wrong",
          String.join(", ", gate.decisions()));
      JsonNode event = gate.events("decision").getFirst();
      assertEquals("ci-1", event.path("user.name").asText());
      assertEquals("token", event.path("sallyport.identity.method").asText());
      assertEquals(403, gate.events("decision").get(1).path("http.response.status_code").asInt());
      assertFalse(gate.events().toString().contains(secret));
      assertFalse(origin.heads()[0].contains(secret), origin.heads()[0]);
    }
  }

  private static void refusedForCredentials(Wire.Answer answer) {
    assertEquals(403, answer.status());
    assertFalse(answer.field("proxy-authenticate").isPresent(), answer.head());
    assertTrue(answer.body().contains("/gateway/@NAME:TOKEN/..."), answer.body());
  }

  @Test
  void streamsEventByEvent() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    try (TestOrigin origin =
            TestOrigin.startTls(
                HOST,
                (client, self) -> {
                  self.head(client);
                  client.send(
                      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                          + "Transfer-Encoding: chunked\r\n\r\n8\r\ndata: 1\n\r\n");
                  try {
                    seen.await();
                  } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                  }
                  client.send("8\r\ndata: 2\n\r\n0\r\n\r\n");
                });
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      client.send(get("/gateway/anthropic/v1/messages"));
      assertTrue(client.head().startsWith("HTTP/1.1 200 "));
      byte[] first = new byte[13];
      int had = 0;
      while (had < first.length) {
        byte[] part = new byte[first.length - had];
        int n = client.readSome(part);
        assertTrue(n > 0);
        System.arraycopy(part, 0, first, had, n);
        had += n;
      }
      assertEquals(
          "8\r\ndata: 1\n\r\n", new String(first, java.nio.charset.StandardCharsets.US_ASCII));
      seen.countDown();
    }
  }

  @Test
  void carriesBodiesUp() throws Exception {
    try (TestOrigin origin =
            TestOrigin.startTls(
                HOST,
                (client, self) -> {
                  self.head(client);
                  byte[] body = new byte[4];
                  int had = 0;
                  while (had < 4) {
                    int n = client.readSome(body);
                    had += n;
                  }
                  client.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody");
                });
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      client.send(
          request(
                  "POST",
                  "/gateway/anthropic/v1/messages",
                  "Host: localhost",
                  "Content-Length: 4",
                  "Content-Type: application/json")
              + "body");
      assertEquals("body", client.answer().body());
    }
  }

  @Test
  void refusesOtherProtocolsAtOnce() throws Exception {
    try (TestOrigin origin = origin(HOST);
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      Wire.Answer answer =
          client
              .send(
                  get(
                      "/gateway/anthropic/v1/responses",
                      "Connection: Upgrade",
                      "Upgrade: websocket"))
              .answer();
      assertEquals(403, answer.status());
      assertEquals(List.of("deny upgrade-not-allowed"), gate.decisions());
      assertEquals(0, origin.accepted());
    }
  }

  @Test
  void verifiesTheOriginAsInterceptionDoes() throws Exception {
    try (TestOrigin origin = origin("wrong.example.com");
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      Wire.Answer answer = client.send(get("/gateway/anthropic/v1/a")).answer();
      assertEquals(502, answer.status());
      assertEquals(List.of("origin-certificate origin"), gate.awaitEnds(1));
      assertEquals(0, origin.heads().length);
    }
  }

  @Test
  void oneConnectionMayDoEverything() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      assertEquals(200, client.send(get("/gateway/plain/1")).answer().status());
      assertEquals(200, client.send(TestGate.get("http://plain.example.com/2")).answer().status());
      assertEquals(200, client.send(get("/gateway/plain/3")).answer().status());
      assertEquals(
          List.of("gateway", "absolute-form", "gateway"),
          gate.events("decision").stream()
              .map(event -> event.path("sallyport.entrance").asText())
              .toList());
    }
  }

  @Test
  void noHostInHttp10IsNoName() throws Exception {
    try (TestOrigin origin = origin(HOST);
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      client.send("GET /gateway/anthropic/v1/a HTTP/1.0\r\n\r\n");
      assertEquals(421, client.answer().status());
    }
  }

  @Test
  void theGateDoesNotLeadToItself() throws Exception {
    try (TestGate gate =
            TestGate.start(
                transport,
                folder,
                "gateway: {bases: {me: \"http://127.0.0.1:1\"}}\n",
                POLICY.replace(
                    "[tls.example.com,", "[{address: 127.0.0.1, ports: [1], scheme: http},"));
        Wire client = gate.client()) {
      Wire.Answer answer = client.send(get("/gateway/me/x")).answer();
      assertTrue(answer.status() >= 403, answer.head());
    }
  }
}
