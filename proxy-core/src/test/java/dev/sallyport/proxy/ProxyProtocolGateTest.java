package dev.sallyport.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.proxy.testing.Await;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.TestOrigin;
import dev.sallyport.proxy.testing.Wire;
import dev.sallyport.proxy.transport.Transport;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// A gate behind a balancer that says whom it forwards.
@ParameterizedClass
@MethodSource("dev.sallyport.proxy.testing.Transports#available")
class ProxyProtocolGateTest {
  /// Who comes from 192.0.2.0/24 may reach more than who comes from elsewhere.
  private static final String POLICY =
      """
      sallyport: 1
      name: test
      classes:
        web: {allow: [{host: plain.example.com, scheme: http}]}
      profiles: {near: {classes: [web]}, far: {classes: []}}
      assign:
        - {address: 192.0.2.0/24, profile: near}
        - {address: 127.0.0.1, profile: near}
        - {anonymous: true, profile: far}
      """;

  private static final String NEAR = "PROXY TCP4 192.0.2.7 198.51.100.1 5678 3128\r\n";
  private static final String FAR = "PROXY TCP4 203.0.113.9 198.51.100.1 5678 3128\r\n";
  private static final String GET = TestGate.get("http://plain.example.com/");

  private final Transport transport;
  @TempDir private Path folder = Path.of("");

  ProxyProtocolGateTest(Transport transport) {
    this.transport = transport;
  }

  private TestGate gate(int port, String trusted, String limits) throws Exception {
    String settings =
        """
        listen: [{name: main, address: 127.0.0.1, port: 0, proxy-protocol: [%s]}]
        identity: {required: false}
        connect-to: {"*:*": "127.0.0.1:%d"}
        limits: {%s}
        """
            .formatted(trusted, port, limits);
    return TestGate.start(transport, folder, settings, POLICY);
  }

  @Test
  void theClientIsWhomTheHeaderNames() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin.port(), "127.0.0.0/8", "")) {
      try (Wire near = gate.client().send(NEAR + GET)) {
        assertEquals(200, near.answer().status());
      }
      try (Wire far = gate.client().send(FAR + GET)) {
        assertEquals(403, far.answer().status());
      }
      assertEquals(List.of("allow listed", "deny not-listed"), gate.awaitDecisions(2));
      JsonNode event = gate.events("decision").getFirst();
      assertEquals("192.0.2.7", event.path("client.address").asText());
      assertEquals(5678, event.path("client.port").asInt());
      assertEquals("203.0.113.9", gate.events("decision").get(1).path("client.address").asText());
    }
  }

  @Test
  void versionTwoIsTheSame() throws Exception {
    byte[] header =
        HexFormat.of()
            .parseHex("0d0a0d0a000d0a515549540a" + "2111000c" + "c0000207c6336401162e0c38");
    byte[] local = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a" + "20000000");
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin.port(), "127.0.0.1", "")) {
      try (Wire near = gate.client().send(header).send(GET)) {
        assertEquals(200, near.answer().status());
      }
      try (Wire own = gate.client().send(local).send(GET)) {
        assertEquals(200, own.answer().status());
      }
      gate.awaitDecisions(2);
      List<JsonNode> events = gate.events("decision");
      assertEquals("192.0.2.7", events.getFirst().path("client.address").asText());
      assertEquals("127.0.0.1", events.get(1).path("client.address").asText());
    }
  }

  @Test
  void withoutAHeaderNothingPasses() throws Exception {
    try (TestGate gate = gate(1, "127.0.0.1", "");
        Wire client = gate.client().send(GET)) {
      Wire.Answer answer = client.answer();
      assertEquals(400, answer.status());
      assertTrue(answer.body().contains("PROXY protocol header is missing"), answer.body());
      assertTrue(client.ends());
      assertEquals(List.of("deny malformed"), gate.awaitDecisions(1));
    }
  }

  @Test
  void aHeaderThatTakesTooLongIsCutShort() throws Exception {
    try (TestGate gate = gate(1, "127.0.0.1", "time: {request-head: 200ms}");
        Wire half = gate.client().send("PROXY TCP4 192.0.2.7");
        Wire silent = gate.client()) {
      assertEquals(400, half.answer().status());
      assertTrue(silent.ends());
      assertEquals(List.of("deny malformed"), gate.awaitDecisions(1));
    }
  }

  @Test
  void whoIsNoBalancerIsRefusedUnread() throws Exception {
    try (TestGate gate = gate(1, "198.51.100.1", "");
        Wire client = gate.client().send(NEAR + GET)) {
      Wire.Answer answer = client.answer();
      assertEquals(403, answer.status());
      assertTrue(answer.body().contains("peer-not-trusted"), answer.body());
      assertTrue(client.ends());
      assertEquals(List.of("deny peer-not-trusted"), gate.awaitDecisions(1));
      assertEquals("127.0.0.1", gate.events("decision").getFirst().path("client.address").asText());
    }
  }

  @Test
  void limitsCountTheClientThatIsNamed() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin.port(), "127.0.0.1", "connections-per-client: 1");
        Wire first = gate.client().send(NEAR + GET)) {
      assertEquals(200, first.answer().status());
      try (Wire second = gate.client().send(NEAR + GET)) {
        assertEquals(503, second.answer().status());
      }
      try (Wire other = gate.client().send(NEAR.replace("192.0.2.7", "192.0.2.8") + GET)) {
        assertEquals(200, other.answer().status());
      }
      first.reset();
      Await.until("all have left", () -> gate.gate().openConnections() == 0);
      try (Wire again = gate.client().send(NEAR + GET)) {
        assertEquals(200, again.answer().status());
      }
    }
  }

  @Test
  void connectionsWithoutAHeaderCountInAll() throws Exception {
    try (TestGate gate = gate(1, "127.0.0.1", "connections: 2");
        Wire one = gate.client();
        Wire two = gate.client()) {
      Await.until("both are counted", () -> gate.gate().openConnections() == 2);
      try (Wire three = gate.client()) {
        assertEquals(503, three.answer().status());
      }
      one.reset();
      two.reset();
      Await.until("all have left", () -> gate.gate().openConnections() == 0);
    }
  }

  @Test
  void aGateThatStopsWaitsForNoHeader() throws Exception {
    TestGate gate = gate(1, "127.0.0.1", "");
    try (Wire waits = gate.client()) {
      Await.until("it is counted", () -> gate.gate().openConnections() == 1);
      gate.close();
      assertTrue(waits.ends());
    }
  }
}
