package dev.sallyport.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every reason for which a running gate refuses: the answer, the one decision, and what becomes of
/// the connection.
@ParameterizedClass
@MethodSource("dev.sallyport.proxy.testing.Transports#available")
class RefusalGateTest {
  private static final String POLICY =
      Policies.allowing(
          "{host: tls.example.com}",
          "{host: plain.example.com, scheme: http}",
          "{host: inside.example.com, scheme: any}",
          "{subdomains-of: wide.example.com}");

  private final Transport transport;
  @TempDir private Path folder = Path.of("");

  RefusalGateTest(Transport transport) {
    this.transport = transport;
  }

  private TestGate gate(String... settings) throws Exception {
    return TestGate.start(transport, folder, String.join("\n", settings), POLICY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          CONNECT other.example.com:443          | 403 | not-listed         | http_request_denied | closes
          CONNECT x.denied.example:443           | 403 | denied-by-rule     | http_request_denied | closes
          CONNECT plain.example.com:443          | 403 | scheme-not-allowed | http_request_denied | closes
          CONNECT tls.example.com:444            | 403 | port-not-allowed   | http_request_denied | closes
          CONNECT 10.0.0.1:443                   | 403 | not-listed         | http_request_denied | closes
          CONNECT [::ffff:127.0.0.1]:443         | 403 | not-listed         | http_request_denied | closes
          CONNECT tls.example.com                | 400 | malformed          | http_request_error  | closes
          CONNECT 2130706433:443                 | 400 | malformed          | http_request_error  | closes
          CONNECT tls.example.com:0443           | 400 | malformed          | http_request_error  | closes
          CONNECT user@tls.example.com:443       | 400 | malformed          | http_request_error  | closes
          CONNECT https://tls.example.com:443    | 400 | malformed          | http_request_error  | closes
          CONNECT tls.example.com%00.x:443       | 400 | malformed          | http_request_error  | closes
          GET http://other.example.com/          | 403 | not-listed         | http_request_denied | stays
          GET http://tls.example.com/            | 403 | scheme-not-allowed | http_request_denied | stays
          GET http://plain.example.com:81/       | 403 | port-not-allowed   | http_request_denied | stays
          TRACE http://plain.example.com/        | 403 | method-not-allowed | http_request_denied | stays
          GET https://tls.example.com/           | 400 | absolute-https     | http_request_error  | closes
          GET HTTPS://tls.example.com/           | 400 | absolute-https     | http_request_error  | closes
          GET /healthz                           | 400 | malformed          | http_request_error  | closes
          OPTIONS *                              | 400 | malformed          | http_request_error  | closes
          GET ftp://plain.example.com/           | 400 | malformed          | http_request_error  | closes
          GET http://u:p@plain.example.com/      | 400 | malformed          | http_request_error  | closes
          GET http://plain.example.com/#x        | 400 | malformed          | http_request_error  | closes
          """)
  void answersInItsOneWay(String line, int status, String reason, String error, String after)
      throws Exception {
    try (TestGate gate = gate();
        Wire client = gate.client()) {
      client.send(line + " HTTP/1.1\r\nHost: other.example\r\n\r\n");
      Wire.Answer answer = client.answer();
      assertEquals(status, answer.status(), answer.head());
      assertEquals(
          "sallyport; error=" + error + "; details=\"" + reason + "\"",
          answer.field("proxy-status").orElse(""));
      assertTrue(answer.body().contains("\"reason\":\"" + reason + "\""), answer.body());
      if (after.equals("closes")) {
        assertEquals("close", answer.field("connection").orElse(""));
        assertEquals("", client.restOfText());
      } else {
        assertEquals("", answer.field("connection").orElse(""));
        client.send(TestGate.get("http://denied.example/"));
        assertTrue(client.answer().body().contains("denied-by-rule"));
      }
      JsonNode event = gate.events("decision").getFirst();
      assertEquals("deny", event.path("sallyport.decision").asText());
      assertEquals(reason, event.path("sallyport.reason").asText());
      assertEquals(status, event.path("http.response.status_code").asInt());
      assertEquals(after.equals("closes") ? 1 : 2, gate.events("decision").size());
      assertEquals(List.of(), gate.events("close"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
        "\u0005\u0001\u0000",
        "CONNECT tls.example.com:443 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabcd",
        "CONNECT tls.example.com:443 HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "0\r\n",
        "CONNECT tls.example.com:443 HTTP/1.1\r\n\r\n",
        "GET http://plain.example.com/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET http://plain.example.com/ HTTP/1.1\nHost: a\n\n",
        "GET http://plain.example.com/ HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n",
      })
  void refusesWhatItCannotReadOnce(String octets) throws Exception {
    try (TestGate gate = gate();
        Wire client = gate.client()) {
      client.send(octets);
      Wire.Answer answer = client.answer();
      assertEquals(400, answer.status());
      assertEquals("", client.restOfText());
      assertEquals(List.of("deny malformed"), gate.decisions());
    }
  }

  @ParameterizedTest
  @CsvSource({"http://other.example.com/, 403", "https://tls.example.com/, 400", "/, 400"})
  void aRefusedHeadHasNoBody(String target, int status) throws Exception {
    try (TestGate gate = gate();
        Wire client = gate.client()) {
      client.send("HEAD " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      Wire.Answer answer = client.answerToHead();
      assertEquals(status, answer.status());
      assertTrue(Integer.parseInt(answer.field("content-length").orElse("0")) > 0);
      assertEquals("", client.restOfText());
    }
  }

  @Test
  void saysItInTextToWhoAsksForText() throws Exception {
    try (TestGate gate = gate();
        Wire client = gate.client()) {
      client.send(
          "GET http://other.example.com/secret?token=1 HTTP/1.1\r\nHost: a\r\n"
              + "Accept: text/html\r\nX-Mine: mine\r\n\r\n");
      Wire.Answer answer = client.answer();
      assertTrue(
          answer.body().startsWith("Sallyport refused GET http://other.example.com\nreason   "),
          answer.body());
      assertFalse(answer.body().contains("secret"));
      assertTrue(answer.body().contains("ask in #egress"), answer.body());
    }
  }

  @Test
  void whatFollowsARefusedConnectIsNotRead() throws Exception {
    try (TestGate gate = gate();
        Wire client = gate.client()) {
      client.send(
          TestGate.connect("other.example.com:443")
              + TestGate.get("http://denied.example/")
              + TestGate.connect("denied.example:443"));
      assertEquals(403, client.answer().status());
      assertEquals("", client.restOfText());
      assertEquals(List.of("deny not-listed"), gate.decisions());
    }
  }

  @Test
  void aConnectOfTheFirstVersionNeedsNoHost() throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate("connect-to: {\"*:443\": \"127.0.0.1:" + origin.port() + "\"}");
        Wire client = gate.client()) {
      client.send("CONNECT tls.example.com:443 HTTP/1.0\r\n\r\n");
      assertEquals("HTTP/1.1 200 Connection Established\r\n\r\n", client.head());
      byte[] hello = Hello.to("tls.example.com");
      assertEquals(hello.length, client.send(hello).read(hello.length).length());
    }
    try (TestGate gate = TestGate.start(transport, fresh("b"), "", POLICY);
        Wire client = gate.client()) {
      client.send("CONNECT other.example.com:443 HTTP/1.0\r\n\r\n");
      assertEquals(403, client.answer().status());
      assertEquals("", client.restOfText());
    }
  }

  private Path fresh(String name) throws IOException {
    return java.nio.file.Files.createDirectory(folder.resolve(name));
  }

  @Test
  void asksForCredentialsOnTheSameConnection() throws Exception {
    Path tokens = folder.resolve("t.yaml");
    String secret = new TokenFile(tokens).add("ci-1", Map.of(), Instant.EPOCH).get().reveal();
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate =
            gate(
                "identity: {tokens: t.yaml, required: true}",
                "connect-to: {\"*:*\": \"127.0.0.1:" + origin.port() + "\"}");
        Wire client = gate.client()) {
      Wire.Answer missing = client.send(TestGate.connect("tls.example.com:443")).answer();
      assertEquals(407, missing.status());
      assertTrue(missing.field("proxy-authenticate").orElse("").startsWith("Basic realm="));
      assertEquals("", missing.field("connection").orElse(""));
      Wire.Answer wrong = client.send(authorized("tls.example.com:443", "no")).answer();
      assertEquals(407, wrong.status());
      Wire.Answer unassigned = client.send(authorized("tls.example.com:443", secret)).answer();
      assertEquals(403, unassigned.status());
      assertEquals("", client.restOfText());
      assertEquals(
          List.of("deny credentials-missing", "deny credentials-wrong", "deny unassigned"),
          gate.decisions());
      assertEquals("ci-1", gate.events("decision").get(2).path("user.name").asText());
    }
  }

  private static String authorized(String authority, String secret) {
    String pair = Base64.getEncoder().encodeToString(("ci-1:" + secret).getBytes(UTF_8));
    return TestGate.connect(authority)
        .replace("\r\n\r\n", "\r\nProxy-Authorization: Basic " + pair + "\r\n\r\n");
  }

  @Test
  void asksForCredentialsAndClosesWhenSomethingFollowed() throws Exception {
    try (TestGate gate = gate("identity: {required: true}");
        Wire client = gate.client()) {
      client.send(TestGate.connect("tls.example.com:443") + "\u0016\u0003\u0001");
      Wire.Answer answer = client.answer();
      assertEquals(407, answer.status());
      assertEquals("close", answer.field("connection").orElse(""));
      assertEquals("", client.restOfText());
      assertEquals(List.of("deny credentials-missing"), gate.decisions());
    }
  }

  /// Wrong credentials never become those of an anonymous client.
  @Test
  void wrongCredentialsAreRefusedEvenWhereNoneAreNeeded() throws Exception {
    try (TestGate gate = gate();
        Wire client = gate.client()) {
      Wire.Answer wrong = client.send(authorized("tls.example.com:443", "no")).answer();
      assertEquals(407, wrong.status());
      assertEquals(List.of("deny credentials-wrong"), gate.decisions());
    }
  }

  @Test
  void refusesItsOwnRequestsComingBack() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate("connect-to: {\"*:*\": \"127.0.0.1:" + origin.port() + "\"}");
        Wire client = gate.client()) {
      client.send(TestGate.get("http://plain.example.com/")).answer();
      String via =
          origin.heads()[0].lines().filter(line -> line.startsWith("via:")).findFirst().get();
      client.send(
          "GET http://plain.example.com/ HTTP/1.1\r\nHost: a\r\nVia: 1.1 a\r\n" + via + "\r\n\r\n");
      assertEquals(508, client.answer().status());
      assertEquals(List.of("allow listed", "deny loop"), gate.decisions());
    }
  }

  @ParameterizedTest
  @CsvSource({"websocket, 403", "h2c, 200", "'h2c, websocket', 200"})
  void doesNotChangeProtocols(String upgrade, int status) throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate("connect-to: {\"*:*\": \"127.0.0.1:" + origin.port() + "\"}");
        Wire client = gate.client()) {
      client.send(
          "GET http://plain.example.com/ HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: "
              + upgrade
              + "\r\n\r\n");
      assertEquals(status, client.answer().status());
      String decision = status == 200 ? "allow listed" : "deny upgrade-not-allowed";
      assertEquals(List.of(decision), gate.decisions());
    }
  }

  /// Found out after the decision, so a second one says so and the first is closed.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "CONNECT inside.example.com:443",
        "GET http://inside.example.com/",
      })
  void refusesANameThatLeadsInside(String line) throws Exception {
    try (TestGate gate =
            gate("resolve: {hosts: {inside.example.com: [10.0.0.1, \"::1\", 127.0.0.1]}}");
        Wire client = gate.client()) {
      client.send(line + " HTTP/1.1\r\nHost: a\r\n\r\n");
      Wire.Answer answer = client.answer();
      assertEquals(403, answer.status());
      assertTrue(
          answer.field("proxy-status").orElse("").contains("error=destination_ip_prohibited"));
      assertEquals(List.of("allow listed", "deny address-not-allowed"), gate.awaitDecisions(2));
      assertEquals(List.of("address-not-allowed gate"), gate.awaitEnds(1));
      assertEquals("", gate.events("close").getFirst().path("sallyport.route").asText());
    }
  }

  @Test
  void refusesALiteralThatNoRangeNames() throws Exception {
    try (TestGate gate =
            TestGate.start(
                transport, folder, "", Policies.allowing("{any: true, accept-risk: test}"));
        Wire client = gate.client()) {
      assertEquals(403, client.send(TestGate.connect("169.254.169.254:443")).answer().status());
      assertEquals(List.of("deny address-not-allowed"), gate.decisions());
    }
  }

  /// A listener of the gate is never reached through it, even where the range is spelled out.
  @Test
  void refusesItsOwnListener() throws Exception {
    try (TestGate gate = gate("resolve: {hosts: {gate.example.com: 127.0.0.1}}");
        Wire client = gate.client()) {
      int own = gate.address().getPort();
      gate.reload(
          Policies.allowing(
              "{host: gate.example.com, ports: " + own + ", resolves-to: [127.0.0.0/8]}"));
      assertEquals(403, client.send(TestGate.connect("gate.example.com:" + own)).answer().status());
      assertEquals(List.of("allow listed", "deny address-not-allowed"), gate.awaitDecisions(2));
    }
  }

  @Test
  void reachesAnAddressThatTheEntryNames() throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate =
            TestGate.start(
                transport,
                folder,
                "resolve: {hosts: {inside.example.com: 127.0.0.1}}",
                Policies.allowing(
                    "{host: inside.example.com, ports: "
                        + origin.port()
                        + ", resolves-to: [127.0.0.0/8]}"));
        Wire client = gate.tunnel("inside.example.com:" + origin.port())) {
      byte[] hello = Hello.to("inside.example.com");
      client.send(hello).endOutput();
      assertEquals(hello.length, client.rest().length);
      gate.awaitEnds(1);
      assertEquals("direct", gate.events("close").getFirst().path("sallyport.route").asText());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CONNECT tls.example.com:443",
        "CONNECT a.wide.example.com:443",
        "GET http://plain.example.com/",
      })
  void saysThatAnOriginCannotBeReached(String line) throws Exception {
    int closed = closedPort();
    try (TestGate gate = gate("connect-to: {\"*:*\": \"127.0.0.1:" + closed + "\"}");
        Wire client = gate.client()) {
      client.send(line + " HTTP/1.1\r\nHost: a\r\n\r\n");
      Wire.Answer answer = client.answer();
      assertEquals(502, answer.status());
      assertTrue(answer.field("proxy-status").orElse("").contains("destination_unavailable"));
      assertEquals(List.of("origin-unreachable origin"), gate.awaitEnds(1));
      assertEquals(List.of("allow listed"), gate.decisions());
    }
  }

  private static int closedPort() throws IOException {
    try (ServerSocket once = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return once.getLocalPort();
    }
  }

  @Test
  void saysThatANameDoesNotResolve() throws Exception {
    try (TestGate gate =
            TestGate.start(transport, folder, "", Policies.allowing("{host: nowhere.invalid}"));
        Wire client = gate.client()) {
      Wire.Answer answer = client.send(TestGate.connect("nowhere.invalid:443")).answer();
      assertEquals(502, answer.status());
      assertTrue(answer.field("proxy-status").orElse("").contains("dns_error"));
      assertEquals(List.of("origin-unresolved origin"), gate.awaitEnds(1));
    }
  }

  @Test
  void givesUpADialInTime() throws Exception {
    try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        TestGate gate =
            gate(
                "resolve: {servers: [\"127.0.0.1:" + silent.getLocalPort() + "\"]}",
                "limits: {time: {dial: 150ms}}");
        Wire client = gate.client()) {
      Wire.Answer answer = client.send(TestGate.connect("tls.example.com:443")).answer();
      assertEquals(504, answer.status());
      assertEquals(List.of("origin-timeout origin"), gate.awaitEnds(1));
    }
  }

  /// A client that leaves while the gate dials is recorded, and nothing is left of it.
  @Test
  void aClientMayLeaveDuringTheDial() throws Exception {
    try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        TestGate gate =
            gate(
                "resolve: {servers: [\"127.0.0.1:" + silent.getLocalPort() + "\"]}",
                "limits: {time: {dial: 500ms}}")) {
      try (Wire client = gate.client()) {
        client.send(TestGate.connect("tls.example.com:443"));
        gate.awaitDecisions(1);
        client.reset();
      }
      assertEquals(1, gate.awaitEnds(1).size());
      Await.until("nothing is left", () -> gate.gate().openConnections() == 0);
      assertEquals(List.of("allow listed"), gate.decisions());
    }
  }
}
