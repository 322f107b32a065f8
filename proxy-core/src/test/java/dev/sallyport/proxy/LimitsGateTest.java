package dev.sallyport.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.limit.ChannelBounds;
import dev.sallyport.proxy.testing.Await;
import dev.sallyport.proxy.testing.Hello;
import dev.sallyport.proxy.testing.Policies;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.TestOrigin;
import dev.sallyport.proxy.testing.Wire;
import dev.sallyport.proxy.transport.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// What the gate sheds when it is asked too much, and that it keeps the rest.
@ParameterizedClass
@MethodSource("dev.sallyport.proxy.testing.Transports#available")
class LimitsGateTest {
  private static final String POLICY =
      Policies.allowing("{host: tls.example.com}", "{host: plain.example.com, scheme: http}");

  /// What the smallest limits leave for one client: no fewer handshakes than these.
  private static final int HANDSHAKES = 64;

  private final Transport transport;
  @TempDir private Path folder = Path.of("");

  LimitsGateTest(Transport transport) {
    this.transport = transport;
  }

  private TestGate gate(int port, String limits) throws Exception {
    String settings =
        """
        connect-to: {"*:*": "127.0.0.1:%d"}
        limits: {%s}
        """
            .formatted(port, limits);
    return TestGate.start(transport, folder, settings, POLICY);
  }

  @Test
  void slowHeadsDoNotTakeEveryPlace() throws Exception {
    List<Wire> slow = new ArrayList<>();
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin.port(), "connections-per-client: 100");
        Wire before = gate.client()) {
      before.send(TestGate.get("http://plain.example.com/"));
      assertEquals(200, before.answer().status());
      for (int i = 0; i < HANDSHAKES; i++) {
        slow.add(gate.client().send("CONNECT tls.exam"));
      }
      Await.until("all have begun", () -> gate.gate().handshakes() == HANDSHAKES);
      try (Wire further = gate.client()) {
        further.send("CONNECT tls.exam");
        assertEquals(503, further.answer().status());
      }
      assertEquals("deny limit-exceeded", gate.awaitDecisions(2).getLast());
      slow.getFirst().close();
      Await.until("there is room again", () -> gate.gate().handshakes() == HANDSHAKES - 1);
      before.send(TestGate.get("http://plain.example.com/"));
      assertEquals(200, before.answer().status());
    } finally {
      for (Wire client : slow) {
        client.close();
      }
    }
  }

  @Test
  void whatIsSetUpIsNoHandshakeAnyMore() throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin.port(), "time: {client-hello: 200ms}");
        Wire open = gate.tunnel("tls.example.com:443");
        Wire silent = gate.tunnel("tls.example.com:443")) {
      assertEquals(2, gate.gate().handshakes());
      byte[] hello = Hello.to("tls.example.com");
      open.send(hello);
      assertEquals(hello.length, open.read(hello.length).length());
      assertTrue(silent.ends());
      Await.until("none is left", () -> gate.gate().handshakes() == 0);
      assertTrue(gate.gate().openConnections() >= 1);
    }
  }

  @Test
  void refusalsAndFailuresEndAHandshake() throws Exception {
    try (TestGate gate = gate(1, "")) {
      for (String request :
          List.of(
              TestGate.connect("evil.example.com:443"),
              TestGate.connect("tls.example.com:443"),
              TestGate.get("http://plain.example.com/"),
              "GET /\r\n\r\n")) {
        try (Wire client = gate.client()) {
          assertTrue(client.send(request).answer().status() >= 400);
        }
      }
      gate.client().send("CONN").close();
      Await.until("none is left", () -> gate.gate().handshakes() == 0);
    }
  }

  @Test
  void aClientThatDoesNotReadHoldsLittle() throws Exception {
    AtomicLong sent = new AtomicLong();
    try (TestOrigin origin = TestOrigin.start((client, self) -> pour(client, sent));
        TestGate gate = gate(origin.port(), "");
        Wire client = gate.tunnel("tls.example.com:443")) {
      client.send(Hello.to("tls.example.com"));
      Await.until("octets wait", () -> gate.gate().heldOctets() > 0);
      Await.until("the origin is held back", Await.isStill(sent));
      long held = gate.gate().heldOctets();
      // What was there when reading stopped, and one read more.
      assertTrue(
          held <= ChannelBounds.HIGH_OCTETS + ChannelBounds.READ_OCTETS + 1024,
          () -> "held: " + held);
      client.skip(sent.get());
      client.reset();
      Await.until("nothing waits", () -> gate.gate().heldOctets() == 0);
    }
  }

  @Test
  void aClientThatDoesNotReadAnAnswerHoldsLittle() throws Exception {
    AtomicLong sent = new AtomicLong();
    try (TestOrigin origin =
            TestOrigin.start(
                (client, self) -> {
                  self.head(client);
                  client.send("HTTP/1.1 200 OK\r\n\r\n");
                  pour(client, sent);
                });
        TestGate gate = gate(origin.port(), "");
        Wire client = gate.client()) {
      client.send(TestGate.get("http://plain.example.com/"));
      Await.until("octets wait", () -> gate.gate().heldOctets() > 0);
      Await.until("the origin is held back", Await.isStill(sent));
      long held = gate.gate().heldOctets();
      assertTrue(held <= 2 * ChannelBounds.HIGH_OCTETS + 4096, () -> "held: " + held);
      client.reset();
      Await.until("nothing waits", () -> gate.gate().heldOctets() == 0);
      assertEquals(List.of("client-gone client"), gate.awaitEnds(1));
    }
  }

  @Test
  void moreConnectionsThanAreToldOfAreClosedAndCounted() throws Exception {
    int further = FrontDoor.MAX_TURNED_AWAY + 40;
    List<Wire> away = new ArrayList<>();
    try (TestGate gate = gate(1, "connections-per-client: 1");
        Wire first = gate.client().send("CONNECT tls.exam")) {
      Await.until("it is open", () -> gate.gate().handshakes() == 1);
      for (int i = 0; i < further; i++) {
        away.add(gate.client());
      }
      for (Wire client : away) {
        if (!client.ends()) {
          String answer = client.restOfText();
          assertTrue(answer.startsWith("TTP/1.1 503 "), answer);
        }
      }
      Await.until(
          "all are on file",
          () ->
              gate.events("decision").size()
                      + gate.events("repeated").stream()
                          .mapToLong(event -> event.path("sallyport.repeated.count").asLong())
                          .sum()
                  == further);
      assertEquals(1, gate.gate().openConnections());
      assertEquals(400, first.send("\r\n").answer().status());
    } finally {
      for (Wire client : away) {
        client.close();
      }
    }
  }

  private static void pour(Wire client, AtomicLong sent) throws IOException {
    byte[] part = new byte[16 * 1024];
    while (true) {
      client.send(part);
      sent.addAndGet(part.length);
    }
  }
}
