package dev.sallyport.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.proxy.testing.TestAuthority;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.TestOrigin;
import dev.sallyport.proxy.testing.Wire;
import dev.sallyport.proxy.transport.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Intercepted connections of HTTP/1.1 through a running gate.
@ParameterizedClass
@MethodSource("dev.sallyport.proxy.testing.Transports#available")
class InterceptGateTest {
  private static final String HOST = "api.example.com";
  private static final String POLICY =
      """
      sallyport: 1
      name: test
      classes:
        model:
          intercept: true
          allow:
            - {host: api.example.com, methods: [GET, HEAD, POST], paths: [/v1/**]}
        tunnels:
          allow: [tls.example.com]
      profiles: {all: {classes: [model, tunnels]}}
      assign: [{anonymous: true, profile: all}]
      """;

  private final Transport transport;
  @TempDir private Path folder = Path.of("");

  InterceptGateTest(Transport transport) {
    this.transport = transport;
  }

  private TestGate gate(TestOrigin origin, String... settings) throws Exception {
    String all =
        "connect-to: {\"*:*\": \"127.0.0.1:"
            + origin.port()
            + "\"}\nintercept: {authority: memory, refuse-in-band: never}\nupstream: {roots: "
            + TestAuthority.rootFile(folder)
            + "}\n";
    return TestGate.start(transport, folder, all + String.join("\n", settings), POLICY);
  }

  private static TestOrigin origin() throws Exception {
    return TestOrigin.startTls(
        HOST,
        (client, self) -> {
          for (String head = self.head(client); !head.isEmpty(); head = self.head(client)) {
            client.send("HTTP/1.1 200 OK\r\nAlt-Svc: h3=\":443\"\r\nContent-Length: 2\r\n\r\nok");
          }
        });
  }

  private static String get(String path, String... fields) {
    String more = fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n";
    return "GET " + path + " HTTP/1.1\r\nHost: " + HOST + "\r\n" + more + "\r\n";
  }

  @Test
  void judgesEachRequestOfAnInterceptedConnection() throws Exception {
    try (TestOrigin origin = origin();
        TestGate gate = gate(origin);
        Wire client = gate.intercepted(HOST, "http/1.1")) {
      assertEquals("http/1.1", client.protocol());
      Wire.Answer refused = client.send(get("/private")).answer();
      assertEquals(403, refused.status());
      assertTrue(refused.body().contains("path-not-allowed"), refused.body());
      assertEquals(0, origin.accepted());
      for (int i = 0; i < 2; i++) {
        Wire.Answer answer =
            client
                .send(
                    get(
                        "/v1/messages?beta=true",
                        "x-claude-code-session-id: s-1",
                        "x-claude-code-prompt-id: p-1",
                        "x-client-request-id: r-1",
                        "User-Agent: test/1"))
                .answer();
        assertEquals("ok", answer.body());
        assertFalse(answer.field("alt-svc").isPresent(), answer.head());
      }
      assertEquals(1, origin.accepted());
      assertEquals(
          List.of("allow listed", "deny path-not-allowed", "allow listed", "allow listed"),
          gate.decisions());
      gate.awaitEnds(2);
      JsonNode event = gate.events("decision").get(2);
      assertEquals("intercepted", event.path("sallyport.entrance").asText());
      assertEquals("intercept", event.path("sallyport.treatment").asText());
      assertEquals("s-1", event.path("session.id").asText());
      assertEquals("header", event.path("sallyport.session.joined").asText());
      assertEquals("p-1", event.path("prompt.id").asText());
      assertEquals("r-1", event.path("client_request_id").asText());
      assertEquals("test/1", event.path("user_agent.original").asText());
      assertEquals("/v1/messages", event.path("url.path").asText());
      assertEquals(HOST, event.path("tls.client.server_name").asText());
      assertEquals(
          "intercept", gate.events("decision").get(1).path("sallyport.treatment").asText());
      client.endOutput();
      assertEquals(List.of("done origin", "done origin", "done client"), gate.awaitEnds(3));
      assertFalse(gate.events("decision").getFirst().has("session.id"));
      JsonNode end = gate.events("close").get(2);
      assertEquals("CONNECT", end.path("http.request.method").asText());
      assertEquals("s-1", end.path("session.id").asText());
      assertEquals("connection", end.path("sallyport.session.joined").asText());
    }
  }

  @Test
  void rebuildsTheRequestForItsOrigin() throws Exception {
    try (TestOrigin origin = origin();
        TestGate gate = gate(origin);
        Wire client = gate.intercepted(HOST)) {
      assertEquals("", client.protocol());
      client.send(get("/v1/a?q=1", "Connection: x-mine", "X-Mine: 1", "X-Other: 2")).answer();
      assertEquals(
          "GET /v1/a?q=1 HTTP/1.1\r\nhost: api.example.com\r\nX-Other: 2\r\n\r\n",
          origin.heads()[0]);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET /v1/a, Host: other.example.com, 421",
    "GET /v1/a, Host: api.example.com:8443, 421",
    "GET /v1/a, Host:, 421",
    "GET https://other.example.com/v1/a, Host: api.example.com, 421",
    "GET https://api.example.com/v1/a, Host: api.example.com, 200",
    "GET /v1/a, Host: API.example.com:443, 200",
    "GET http://api.example.com/v1/a, Host: api.example.com, 400",
    "CONNECT api.example.com:443, Host: api.example.com, 400",
    "GET /v1/../x, Host: api.example.com, 400",
    "DELETE /v1/a, Host: api.example.com, 403",
  })
  void theRequestMustBeForThePermittedHost(String line, String host, int status) throws Exception {
    try (TestOrigin origin = origin();
        TestGate gate = gate(origin);
        Wire client = gate.intercepted(HOST)) {
      assertEquals(
          status, client.send(line + " HTTP/1.1\r\n" + host + "\r\n\r\n").answer().status());
      assertEquals(status == 200 ? 1 : 0, origin.accepted());
    }
  }

  @Test
  void aBadCertificateIsToldInWords() throws Exception {
    try (TestOrigin origin =
            TestOrigin.startTls("other.example.com", (client, self) -> self.head(client));
        TestGate gate = gate(origin);
        Wire client = gate.intercepted(HOST)) {
      Wire.Answer answer = client.send(get("/v1/a")).answer();
      assertEquals(502, answer.status());
      assertTrue(answer.body().contains("origin-certificate"), answer.body());
      assertEquals(0, origin.heads().length);
      assertEquals(List.of("origin-certificate origin"), gate.awaitEnds(1));
    }
  }

  /// An answer that ends with its connection is whole only if the origin has said that it ends.
  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1 200 OK, true, true",
    "HTTP/1.1 200 OK, false, false",
    "HTTP/1.0 200 OK, false, false"
  })
  void anAnswerThatIsCutIsNeverWhole(String status, boolean inOrder, boolean whole)
      throws Exception {
    try (TestOrigin origin =
            TestOrigin.start(
                (raw, self) -> {
                  Wire client = raw.answering(TestAuthority.originContext(HOST));
                  self.head(client);
                  client.send(status + "\r\nConnection: close\r\n\r\nhalf");
                  // Without TLS knowing of it there is no close_notify.
                  (inOrder ? client : raw).endOutput();
                  raw.skip(Long.MAX_VALUE);
                });
        TestGate gate = gate(origin);
        Wire client = gate.intercepted(HOST)) {
      client.send(get("/v1/a", "Connection: close"));
      assertTrue(client.head().startsWith("HTTP/1.1 200 "));
      assertEquals("4\r\nhalf\r\n" + (whole ? "0\r\n\r\n" : ""), client.restOfText());
      assertEquals(whole ? "done origin" : "origin-protocol origin", gate.awaitEnds(1).getFirst());
    }
  }

  @Test
  void anUnreachableOriginIsToldInWords() throws Exception {
    TestOrigin gone = origin();
    gone.close();
    try (TestGate gate = gate(gone);
        Wire client = gate.intercepted(HOST)) {
      Wire.Answer answer = client.send(get("/v1/a")).answer();
      assertEquals(502, answer.status());
      assertTrue(answer.body().contains("origin-unreachable"), answer.body());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"spdy/3", "h3"})
  void aProtocolThatTheGateDoesNotSpeakIsRefused(String protocol) throws Exception {
    try (TestOrigin origin = origin();
        TestGate gate = gate(origin)) {
      assertThrows(SSLException.class, () -> gate.intercepted(HOST, protocol).close());
      assertEquals(List.of("allow listed", "deny alpn-not-allowed"), gate.awaitDecisions(2));
      assertEquals(List.of("alpn-not-allowed gate"), gate.awaitEnds(1));
      assertEquals(0, origin.accepted());
    }
  }

  @Test
  void anotherServerNameIsRefused() throws Exception {
    try (TestOrigin origin = origin();
        TestGate gate = gate(origin);
        Wire client = gate.tunnel(HOST + ":443")) {
      assertThrows(
          IOException.class,
          () ->
              client.secured(
                  TestAuthority.trusting(gate.gate().authorityRoot().orElseThrow()),
                  "other.example.com"));
      assertEquals(List.of("allow listed", "deny sni-mismatch"), gate.awaitDecisions(2));
    }
  }

  @Test
  void octetsThatAreNoTlsEndTheConnectionQuietly() throws Exception {
    try (TestOrigin origin = origin();
        TestGate gate = gate(origin);
        Wire raw = gate.tunnel(HOST + ":443");
        Wire client =
            raw.secured(TestAuthority.trusting(gate.gate().authorityRoot().orElseThrow()), HOST)) {
      assertEquals(200, client.send(get("/v1/a")).answer().status());
      raw.send("these octets are no record of TLS");
      gate.awaitEnds(2);
      assertEquals(List.of("allow listed", "allow listed"), gate.decisions());
    }
  }

  @Test
  void aClientThatDoesNotTrustTheGateIsOnRecord() throws Exception {
    try (TestOrigin origin = origin();
        TestGate gate = gate(origin);
        Wire client = gate.tunnel(HOST + ":443")) {
      assertThrows(
          IOException.class,
          () -> client.secured(TestAuthority.originContext("nobody.example.com"), HOST));
      assertEquals(List.of("client-distrusts client"), gate.awaitEnds(1));
    }
  }

  @Test
  void bodiesOfAnySizePassBothWays() throws Exception {
    int size = 20 << 20;
    try (TestOrigin origin =
            TestOrigin.startTls(
                HOST,
                (client, self) -> {
                  self.head(client);
                  client.skip(size);
                  client.send("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
                  client.send(new byte[size]);
                });
        TestGate gate = gate(origin);
        Wire client = gate.intercepted(HOST)) {
      client.send("POST /v1/a HTTP/1.1\r\nHost: api.example.com\r\nContent-Length: " + size);
      client.send("\r\n\r\n").send(new byte[size]);
      assertTrue(client.head().startsWith("HTTP/1.1 200 "));
      assertEquals(size, client.skip(size));
      gate.awaitEnds(1);
      JsonNode end = gate.events("close").getFirst();
      assertTrue(end.path("sallyport.bytes.sent").asLong() > size);
      assertTrue(end.path("sallyport.bytes.received").asLong() > size);
    }
  }

  @Test
  void eventsOfAStreamAreNotHeld() throws Exception {
    try (TestOrigin origin =
            TestOrigin.startTls(
                HOST,
                (client, self) -> {
                  self.head(client);
                  client.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                  for (int i = 0; i < 50; i++) {
                    client.send("8\r\ndata: " + (char) ('a' + i % 26) + "\n\r\n");
                    // The next event comes only when this one has been seen.
                    client.read(1);
                  }
                  client.send("0\r\n\r\n");
                });
        TestGate gate = gate(origin);
        Wire client = gate.intercepted(HOST)) {
      client.send("POST /v1/a HTTP/1.1\r\nHost: api.example.com\r\nContent-Length: 50\r\n\r\n");
      assertTrue(client.head().startsWith("HTTP/1.1 200 "));
      for (int i = 0; i < 50; i++) {
        assertEquals("8\r\ndata: " + (char) ('a' + i % 26) + "\n\r\n", client.read(13));
        client.send("x");
      }
    }
  }

  @Test
  void aNewPolicyEndsWhatItDoesNotAllow() throws Exception {
    try (TestOrigin origin = origin();
        TestGate gate = gate(origin);
        Wire client = gate.intercepted(HOST)) {
      assertEquals(200, client.send(get("/v1/a")).answer().status());
      gate.reload(POLICY.replace("host: api.example.com", "host: api2.example.com"));
      assertTrue(client.ends());
      assertTrue(gate.awaitEnds(2).contains("policy-changed gate"), gate.ends()::toString);
    }
  }
}
