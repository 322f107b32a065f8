package dev.sallyport.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.proxy.testing.Await;
import dev.sallyport.proxy.testing.Hello;
import dev.sallyport.proxy.testing.Policies;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.TestOrigin;
import dev.sallyport.proxy.testing.Wire;
import dev.sallyport.proxy.transport.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// Many tunnels by many clients while the policy is replaced again and again: none is lost, and no
/// event is missing.
@ParameterizedClass
@MethodSource("dev.sallyport.proxy.testing.Transports#available")
class ManyTunnelsTest {
  private static final int TUNNELS = 1_000;
  private static final int CLIENTS = 64;
  private static final int RELOADS = 10;

  private final Transport transport;
  @TempDir private Path folder = Path.of("");

  ManyTunnelsTest(Transport transport) {
    this.transport = transport;
  }

  @Test
  void loseNothingWhileThePolicyIsReloaded() throws Exception {
    byte[] hello = Hello.to("tls.example.com");
    AtomicInteger left = new AtomicInteger(TUNNELS);
    Queue<String> lost = new ConcurrentLinkedQueue<>();
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate =
            TestGate.start(
                transport,
                folder,
                "connect-to: {\"*:*\": \"127.0.0.1:" + origin.port() + "\"}\n",
                policy(0));
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      for (int i = 0; i < CLIENTS; i++) {
        clients.execute(
            () -> {
              while (left.getAndDecrement() > 0) {
                once(gate, hello, lost);
              }
            });
      }
      for (int i = 1; i <= RELOADS; i++) {
        int due = TUNNELS - TUNNELS * i / (RELOADS + 1);
        Await.until("some more tunnels", () -> left.get() <= due);
        assertEquals(0, gate.reload(policy(i)).ended());
      }
      clients.shutdown();
      Await.until("every client is done", clients::isTerminated);
      assertEquals(List.of(), List.copyOf(lost));
      gate.awaitEnds(TUNNELS);
      assertEquals(requests(gate.events("decision")), requests(gate.events("close")));
      assertEquals(TUNNELS, requests(gate.events("close")).size());
      assertEquals(TUNNELS, gate.events("decision").size());
      assertEquals(TUNNELS, gate.events("close").size());
      assertEquals(RELOADS + 1, gate.events("policy.loaded").size());
      assertTrue(
          gate.events("close").stream()
              .allMatch(close -> close.path("sallyport.bytes.sent").asLong() == hello.length));
      assertTrue(gate.verify().holds());
      Await.until("nothing is left", () -> gate.gate().openConnections() == 0);
      assertEquals(0, gate.gate().metrics().openTunnels());
    }
  }

  private static void once(TestGate gate, byte[] hello, Queue<String> lost) {
    try (Wire client = gate.tunnel("tls.example.com:443")) {
      client.send(hello).endOutput();
      int back = client.rest().length;
      if (back != hello.length) {
        lost.add(back + " octets came back");
      }
    } catch (IOException failed) {
      lost.add(failed.toString());
    }
  }

  private static String policy(int number) {
    return Policies.allowing("{host: tls.example.com}", "{host: n" + number + ".example.com}");
  }

  private static Set<String> requests(List<JsonNode> events) {
    return events.stream()
        .map(event -> event.path("sallyport.request.id").asText())
        .collect(Collectors.toSet());
  }
}
