package dev.sallyport.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.proxy.testing.Await;
import dev.sallyport.proxy.testing.Hello;
import dev.sallyport.proxy.testing.Policies;
import dev.sallyport.proxy.testing.TestAuthority;
import dev.sallyport.proxy.testing.TestCertificate;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.TestOrigin;
import dev.sallyport.proxy.testing.Wire;
import dev.sallyport.proxy.transport.Transport;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Connections that are led to a running gate. What they want is judged as what a CONNECT, or a
/// request to a proxy, asks for.
@ParameterizedClass
@MethodSource("dev.sallyport.proxy.testing.Transports#available")
class TransparentGateTest {
  private static final byte[] ACCESS_DENIED = {21, 3, 3, 0, 2, 2, 49};
  private static final String LISTEN =
      "listen: [{name: led, address: 127.0.0.1, port: %d, transparent: redirect%s}]\n";
  private static final String POLICY =
      Policies.allowing(
          "{host: tls.example.com}",
          "{host: ech.example.com, ech: deny}",
          "{host: any.example.com, tunnel: any}",
          "{host: seen.example.com, intercept: true}",
          "{host: plain.example.com, scheme: http, ports: [80]}");

  private final Transport transport;
  @TempDir private Path folder = Path.of("");

  TransparentGateTest(Transport transport) {
    this.transport = transport;
  }

  private TestGate gate(TestOrigin origin, int forPort, String inBand) throws Exception {
    return TestGate.start(
        transport,
        folder,
        LISTEN.formatted(0, ", for-port: " + forPort)
            + "connect-to: {\"*:*\": \"127.0.0.1:"
            + origin.port()
            + "\"}\nintercept: {authority: memory, refuse-in-band: "
            + inBand
            + "}\nlimits: {time: {client-hello: 1s}}\n",
        POLICY);
  }

  @Test
  void theServerNameIsWhereItGoes() throws Exception {
    try (TestOrigin origin =
            TestOrigin.startTls((client, self) -> client.send("you said " + client.read(2)));
        TestGate gate = gate(origin, 443, "never")) {
      try (Wire client =
          gate.client().secured(TestCertificate.context(), "tls.example.com", "http/1.1")) {
        assertEquals("you said hi", client.send("hi").read(11));
      }
      assertEquals(1, gate.awaitEnds(1).size());
      assertEquals(List.of("allow listed"), gate.decisions());
      JsonNode decision = gate.events("decision").getFirst();
      assertEquals("transparent", decision.path("sallyport.entrance").asText());
      assertEquals("led", decision.path("sallyport.listener").asText());
      assertEquals("tls.example.com", decision.path("server.address").asText());
      assertEquals(443, decision.path("server.port").asInt());
      assertEquals("tls.example.com", decision.path("tls.client.server_name").asText());
      assertTrue(decision.path("http.request.method").isMissingNode());
      JsonNode close = gate.events("close").getFirst();
      assertTrue(close.path("sallyport.bytes.sent").asLong() > 100);
      assertTrue(gate.verify().holds(), () -> gate.events().toString());
      Await.until("nothing is held", () -> gate.gate().heldOctets() == 0);
      assertEquals(0, gate.gate().handshakes());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "named unlisted.example.com, not-listed, true",
    "named denied.example, denied-by-rule, true",
    "named 192.0.2.1, sni-mismatch, false",
    "named tls.example.com., sni-mismatch, false",
    "none, sni-missing, false",
    "garbled, not-tls, false",
  })
  void refusesWithAnAlertAndTouchesNoOrigin(String opening, String reason, boolean named)
      throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin, 443, "never");
        Wire client = gate.client().send(octets(opening))) {
      assertArrayEquals(ACCESS_DENIED, client.rest());
      assertEquals(List.of("deny " + reason), gate.awaitDecisions(1));
      JsonNode decision = gate.events("decision").getFirst();
      assertEquals("transparent", decision.path("sallyport.entrance").asText());
      assertEquals(named, decision.has("server.address"));
      assertEquals(0, origin.accepted());
      Await.until("nothing is held", () -> gate.gate().heldOctets() == 0);
      assertEquals(0, gate.gate().handshakes());
    }
  }

  /// ECH is judged as within a CONNECT: when the way is open and before anything goes up.
  @Test
  void whatDoesNotFitThePermitIsTakenBack() throws Exception {
    AtomicInteger octets = new AtomicInteger();
    try (TestOrigin origin =
            TestOrigin.start((client, self) -> octets.addAndGet(client.rest().length));
        TestGate gate = gate(origin, 443, "never");
        Wire client = gate.client().send(Hello.encryptedBehind("ech.example.com"))) {
      assertArrayEquals(ACCESS_DENIED, client.rest());
      assertEquals(List.of("ech-not-allowed gate"), gate.awaitEnds(1));
      assertEquals(List.of("allow listed", "deny ech-not-allowed"), gate.decisions());
      assertEquals(0, octets.get());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\0\0\0\1", "\u0005\1\0", "{\"a\":1}", "ssh"})
  void whatSpeaksNeitherIsClosed(String opening) throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin, 443, "always");
        Wire client = gate.client().send(opening)) {
      assertEquals(0, client.rest().length);
      assertEquals(List.of("deny not-tls"), gate.awaitDecisions(1));
      assertEquals(0, origin.accepted());
    }
  }

  /// What begins with letters is HTTP or nothing.
  @Test
  void anotherProtocolOfLettersIsMalformed() throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin, 443, "never");
        Wire client = gate.client().send("SSH-2.0-OpenSSH_9.2p1\r\n")) {
      assertEquals(400, client.answer().status());
      assertEquals(List.of("deny malformed"), gate.awaitDecisions(1));
      JsonNode decision = gate.events("decision").getFirst();
      assertEquals("transparent", decision.path("sallyport.entrance").asText());
    }
  }

  @Test
  void aHelloThatStaysUnfinishedIsRefusedAndSilenceIsClosed() throws Exception {
    byte[] hello = Hello.to("tls.example.com");
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin, 443, "never");
        Wire silent = gate.client();
        Wire slow = gate.client().send(hello, hello.length - 1)) {
      assertArrayEquals(ACCESS_DENIED, slow.rest());
      assertTrue(silent.ends());
      assertEquals(List.of("deny not-tls"), gate.decisions());
      Await.until("both are gone", () -> gate.gate().openConnections() == 0);
    }
  }

  @Test
  void aHelloThatEndsHalfWayIsRefused() throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin, 443, "never");
        Wire cut = gate.client().send(Hello.to("tls.example.com"), 20).endOutput();
        Wire nothing = gate.client().endOutput()) {
      assertArrayEquals(ACCESS_DENIED, cut.rest());
      assertEquals(0, nothing.rest().length);
      assertEquals(List.of("deny not-tls"), gate.decisions());
    }
  }

  @Test
  void theReasonIsToldInBand() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin, 443, "always");
        Wire client =
            gate.client()
                .secured(
                    TestAuthority.trusting(gate.gate().authorityRoot().orElseThrow()),
                    "unlisted.example.com",
                    "http/1.1")) {
      client.send("GET / HTTP/1.1\r\nHost: unlisted.example.com\r\nAccept: text/plain\r\n\r\n");
      Wire.Answer answer = client.answer();
      assertEquals(403, answer.status());
      assertTrue(answer.body().contains("unlisted.example.com"), answer.body());
      assertEquals(List.of("deny not-listed"), gate.decisions());
      JsonNode decision = gate.events("decision").getFirst();
      assertEquals("refuse-in-band", decision.path("sallyport.treatment").asText());
      assertEquals("transparent", decision.path("sallyport.entrance").asText());
      assertEquals(0, origin.accepted());
    }
  }

  @Test
  void requestsWithinAreSeenWhereThePolicySaysSo() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin, 443, "auto");
        Wire client =
            gate.client()
                .secured(
                    TestAuthority.trusting(gate.gate().authorityRoot().orElseThrow()),
                    "seen.example.com",
                    "http/1.1")) {
      client.send("GET /a HTTP/1.1\r\nHost: other.example.com\r\n\r\n");
      assertEquals(421, client.answer().status());
      assertEquals(List.of("allow listed", "deny host-mismatch"), gate.awaitDecisions(2));
      assertEquals(
          List.of("transparent", "intercepted"),
          gate.events("decision").stream()
              .map(event -> event.path("sallyport.entrance").asText())
              .toList());
    }
  }

  @Test
  void eachPlainRequestIsJudgedByItsHost() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin, 80, "never");
        Wire client = gate.client()) {
      client.send("GET /x HTTP/1.1\r\nHost: plain.example.com\r\n\r\n");
      assertEquals(200, client.answer().status());
      client.send("GET /x HTTP/1.1\r\nHost: unlisted.example.com\r\n\r\n");
      assertEquals(403, client.answer().status());
      client.send("GET http://plain.example.com/y HTTP/1.1\r\nHost: plain.example.com:80\r\n\r\n");
      assertEquals(200, client.answer().status());
      assertEquals(List.of("allow listed", "deny not-listed", "allow listed"), gate.decisions());
      JsonNode decision = gate.events("decision").getFirst();
      assertEquals("transparent", decision.path("sallyport.entrance").asText());
      assertEquals("GET", decision.path("http.request.method").asText());
      assertEquals("http", decision.path("url.scheme").asText());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "CONNECT tls.example.com:443 HTTP/1.1|Host: tls.example.com:443, 400, malformed",
    "GET / HTTP/1.0, 400, malformed",
    "GET / HTTP/1.1|Host: plain.example.com:81, 421, host-mismatch",
    "GET http://other.example.com/ HTTP/1.1|Host: plain.example.com, 421, host-mismatch",
    "GET https://plain.example.com/ HTTP/1.1|Host: plain.example.com, 400, malformed",
    "GET / HTTP/1.1|Host: 127.1, 400, malformed",
    "PRI * HTTP/2.0, 400, malformed",
  })
  void requestsThatNameNoOneHostAreRefused(String head, int status, String reason)
      throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin, 80, "never");
        Wire client = gate.client().send(head.replace("|", "\r\n") + "\r\n\r\n")) {
      assertEquals(status, client.answer().status());
      assertEquals(List.of("deny " + reason), gate.awaitDecisions(1));
      assertEquals(0, origin.accepted());
    }
  }

  /// Without a rule of the network's, the port that was connected to is the listener's own: what
  /// asks for the gate by name would come back to it for ever.
  @Test
  void theGateDoesNotReachItself() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    try (TestGate gate =
            TestGate.start(
                transport,
                folder,
                LISTEN.formatted(port, "") + "resolve: {hosts: {self.example.com: 127.0.0.1}}\n",
                Policies.allowing(
                    "{host: self.example.com, ports: ["
                        + port
                        + "], resolves-to: [127.0.0.0/8]}"));
        Wire client = gate.client().send(Hello.to("self.example.com"))) {
      assertArrayEquals(ACCESS_DENIED, client.rest());
      assertEquals(List.of("allow listed", "deny address-not-allowed"), gate.awaitDecisions(2));
    }
  }

  private static byte[] octets(String opening) {
    String[] words = opening.split(" ", 2);
    return switch (words[0]) {
      case "named" -> Hello.to(words[1]);
      case "none" -> Hello.withoutName();
      case "garbled" -> Hello.garbled();
      default -> opening.getBytes(ISO_8859_1);
    };
  }
}
