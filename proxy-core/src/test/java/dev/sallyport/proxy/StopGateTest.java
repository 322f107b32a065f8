package dev.sallyport.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.testing.Await;
import dev.sallyport.proxy.testing.Policies;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.TestOrigin;
import dev.sallyport.proxy.testing.Wire;
import dev.sallyport.proxy.transport.Transport;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// How a gate stops.
@ParameterizedClass
@MethodSource("dev.sallyport.proxy.testing.Transports#available")
class StopGateTest {
  private static final String POLICY =
      Policies.allowing(
          "{host: any.example.com, tunnel: any}", "{host: plain.example.com, scheme: http}");

  private final Transport transport;
  @TempDir private Path folder = Path.of("");

  StopGateTest(Transport transport) {
    this.transport = transport;
  }

  private TestGate gate(TestOrigin origin, String drain) throws Exception {
    return TestGate.start(
        transport,
        folder,
        "connect-to: {\"*:*\": \"127.0.0.1:"
            + origin.port()
            + "\"}\nlimits: {time: {drain: "
            + drain
            + "}}\n",
        POLICY);
  }

  private static Thread stopping(TestGate gate) {
    Thread stop = Thread.ofPlatform().start(gate.gate()::stop);
    Await.until("the listener is closed", () -> refusesConnections(gate));
    return stop;
  }

  private static boolean refusesConnections(TestGate gate) {
    try (Wire _ = gate.client()) {
      return false;
    } catch (java.io.IOException refused) {
      return true;
    }
  }

  @Test
  void closesWhatIsIdleAtOnce() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin, "20s");
        Wire fresh = gate.client();
        Wire answered = gate.client();
        Wire refused = gate.client();
        Wire failed = gate.client()) {
      answered.send(TestGate.get("http://plain.example.com/")).answer();
      refused.send(TestGate.get("http://denied.example/")).answer();
      failed.send(TestGate.get("http://other.example.com/")).answer();
      Thread stop = stopping(gate);
      for (Wire client : List.of(fresh, answered, refused, failed)) {
        assertEquals("", client.restOfText());
        client.endOutput();
      }
      stop.join();
      assertEquals("stop", lastKind(gate));
      assertTrue(gate.verify().holds());
      assertThrows(ConnectException.class, gate::client);
    }
  }

  @Test
  void letsBusyOnesFinish() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (TestOrigin origin =
            TestOrigin.start(
                (client, self) -> {
                  String first = client.head();
                  await(go);
                  if (first.startsWith("GET")) {
                    client.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                  } else {
                    client.send("bye");
                  }
                });
        TestGate gate = gate(origin, "20s");
        Wire tunnel = gate.tunnel("any.example.com:443");
        Wire exchange = gate.client()) {
      tunnel.send("hello\r\n\r\n");
      exchange.send(TestGate.get("http://plain.example.com/"));
      gate.awaitDecisions(2);
      Thread stop = stopping(gate);
      go.countDown();
      assertEquals("bye", tunnel.restOfText());
      tunnel.endOutput();
      assertEquals("ok", exchange.answer().body());
      assertEquals("", exchange.restOfText());
      exchange.endOutput();
      stop.join();
      assertEquals(List.of(), gate.ends().stream().filter(e -> !e.startsWith("done")).toList());
      assertEquals(2, gate.ends().size());
      assertEquals("stop", lastKind(gate));
    }
  }

  @Test
  void endsTheRestWhenTheTimeIsOver() throws Exception {
    try (TestOrigin origin =
            TestOrigin.start(
                (client, self) -> {
                  client.head();
                  client.rest();
                });
        TestGate gate = gate(origin, "100ms");
        Wire tunnel = gate.tunnel("any.example.com:443");
        Wire exchange = gate.client()) {
      tunnel.send("hello\r\n\r\n");
      exchange.send(TestGate.get("http://plain.example.com/"));
      gate.awaitDecisions(2);
      gate.gate().stop();
      assertTrue(tunnel.ends());
      assertEquals(503, exchange.answer().status());
      assertEquals(List.of("drained gate", "drained gate"), gate.ends());
      assertEquals("stop", lastKind(gate));
      assertTrue(gate.verify().holds());
    }
  }

  private static void await(CountDownLatch latch) {
    Await.until("the test says go", () -> latch.getCount() == 0);
  }

  /// Of the last event but the checkpoint that signs it.
  private static String lastKind(TestGate gate) throws IOException {
    return gate.events().stream()
        .map(event -> event.path("sallyport.event").asText())
        .filter(kind -> !kind.equals("checkpoint"))
        .reduce("", (before, last) -> last);
  }
}
