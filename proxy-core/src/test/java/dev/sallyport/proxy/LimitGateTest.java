package dev.sallyport.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.testing.Await;
import dev.sallyport.proxy.testing.Policies;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.Wire;
import dev.sallyport.proxy.transport.Transport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The limits at the door of a running gate, at the limit and one past it.
@ParameterizedClass
@MethodSource("dev.sallyport.proxy.testing.Transports#available")
class LimitGateTest {
  private static final String DENIED = TestGate.get("http://denied.example/");

  private final Transport transport;
  @TempDir private Path folder = Path.of("");

  LimitGateTest(Transport transport) {
    this.transport = transport;
  }

  private TestGate gate(String limits) throws Exception {
    return TestGate.start(
        transport, folder, "limits: " + limits, Policies.allowing("{host: tls.example.com}"));
  }

  @ParameterizedTest
  @CsvSource({
    "'{connections: 3}', connections",
    "'{connections-per-client: 3}', connections-per-client",
  })
  void takesSoManyConnectionsAndNotOneMore(String limits, String metric) throws Exception {
    try (TestGate gate = gate(limits)) {
      List<Wire> open = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Wire client = gate.client();
        assertEquals(403, client.send(DENIED).answer().status());
        open.add(client);
      }
      try (Wire refused = gate.client()) {
        Wire.Answer answer = refused.answer();
        assertEquals(503, answer.status());
        assertEquals("5", answer.field("retry-after").orElse(""));
        assertTrue(answer.field("proxy-status").orElse("").contains("connection_limit_reached"));
        assertEquals("", refused.restOfText());
      }
      assertEquals("deny limit-exceeded", gate.awaitDecisions(4).getLast());
      String counted = "sallyport_connections_refused_total{limit=\"" + metric + "\"} 1.0";
      assertTrue(gate.gate().metrics().scrape().contains(counted));
      open.getFirst().close();
      Await.until("one has gone", () -> gate.gate().openConnections() == 2);
      try (Wire client = gate.client()) {
        assertEquals(403, client.send(DENIED).answer().status());
      }
      for (Wire client : open) {
        client.close();
      }
    }
  }

  @Test
  void aClientPastTheLimitMayHaveEndedItsHalf() throws Exception {
    try (TestGate gate = gate("{connections: 1}");
        Wire first = gate.client()) {
      first.send(DENIED).answer();
      try (Wire refused = gate.client()) {
        refused.endOutput();
        assertEquals(503, refused.answer().status());
      }
    }
  }

  @Test
  void aSlowHeadIsRefused() throws Exception {
    try (TestGate gate = gate("{time: {request-head: 200ms}}");
        Wire client = gate.client()) {
      client.send("GET http://tls");
      assertEquals(400, client.answer().status());
      assertEquals("", client.restOfText());
      assertEquals(List.of("deny malformed"), gate.decisions());
    }
  }

  /// The bound holds for every head, also for one that began behind the request before it.
  @Test
  void aSlowHeadBehindARequestIsRefused() throws Exception {
    try (TestGate gate = gate("{time: {request-head: 200ms}}");
        Wire client = gate.client()) {
      client.send(DENIED + "GET http://tls");
      assertEquals(403, client.answer().status());
      assertEquals(400, client.answer().status());
      assertEquals("", client.restOfText());
    }
    try (TestGate gate =
            TestGate.start(
                transport,
                java.nio.file.Files.createDirectory(folder.resolve("b")),
                "limits: {time: {request-head: 200ms}}",
                Policies.allowing("{host: tls.example.com}"));
        Wire client = gate.client()) {
      assertEquals(403, client.send(DENIED).answer().status());
      assertEquals(400, client.send("GET http://tls").answer().status());
    }
  }

  @Test
  void takesAHeadAtTheLimitAndRefusesOnePastIt() throws Exception {
    String start = DENIED.substring(0, DENIED.length() - 2) + "X: ";
    String atLimit = start + "x".repeat(1024 - start.length() - 4) + "\r\n\r\n";
    try (TestGate gate = gate("{request-head: 1KiB}");
        Wire client = gate.client()) {
      assertEquals(403, client.send(atLimit).answer().status());
      assertEquals(400, client.send(atLimit.replace("X: ", "X:  ")).answer().status());
      assertEquals("", client.restOfText());
    }
  }

  @Test
  void aConnectionThatSaysNothingEndsWithoutAnEvent() throws Exception {
    try (TestGate gate = gate("{time: {idle: 100ms}}");
        Wire client = gate.client()) {
      assertEquals("", client.restOfText());
      assertEquals(List.of(), gate.decisions());
    }
  }
}
