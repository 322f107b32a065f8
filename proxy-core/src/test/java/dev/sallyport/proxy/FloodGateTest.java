package dev.sallyport.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.proxy.testing.Await;
import dev.sallyport.proxy.testing.Policies;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.TestOrigin;
import dev.sallyport.proxy.testing.Wire;
import dev.sallyport.proxy.transport.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Clients that cause more events than they may (`limits.events-per-client`).
class FloodGateTest {
  private static final String POLICY = Policies.allowing("{host: www.example.com, scheme: http}");
  private static final String DENIED = TestGate.connect("evil.example.com:443");

  @TempDir private Path folder = Path.of("");

  private TestGate gate(int port, String limits) throws Exception {
    String settings =
        """
        connect-to: {"*:*": "127.0.0.1:%d"}
        limits: {%s}
        """
            .formatted(port, limits);
    return TestGate.start(Transport.best(), folder, settings, POLICY);
  }

  private static int status(TestGate gate, String head) throws IOException {
    try (Wire client = gate.client()) {
      return client.send(head).answer().status();
    }
  }

  /// How many refusals are on file, alone or counted together.
  private static long refusals(TestGate gate) {
    long own = gate.decisions().stream().filter(decision -> decision.startsWith("deny")).count();
    long counted =
        gate.events("repeated").stream()
            .mapToLong(event -> event.path("sallyport.repeated.count").asLong())
            .sum();
    return own + counted;
  }

  @Test
  void aFloodOfRefusalsIsCountedTogetherAndEveryoneIsAnswered() throws Exception {
    int floods = 40;
    int each = 5;
    try (TestGate gate = gate(1, "events-per-client: 20/s");
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> answers = new ArrayList<>();
      for (int i = 0; i < floods; i++) {
        Callable<Integer> flood =
            () -> {
              int refused = 0;
              for (int k = 0; k < each; k++) {
                refused += status(gate, DENIED) == 403 ? 1 : 0;
              }
              return refused;
            };
        answers.add(clients.submit(flood));
      }
      int refused = 0;
      for (Future<Integer> answer : answers) {
        refused += answer.get();
      }
      assertEquals(floods * each, refused);
      Await.until("every refusal is on file", () -> refusals(gate) == (long) floods * each);
      JsonNode repeated = gate.events("repeated").getFirst();
      assertEquals("127.0.0.1", repeated.path("client.address").asText());
      assertEquals(
          "evil.example.com:443",
          repeated.path("sallyport.repeated.destinations").path(0).asText());
      assertTrue(gate.decisions().size() <= floods * each / 2, gate.decisions()::toString);
      assertTrue(gate.verify().holds());
    }
  }

  @Test
  void allowedRequestsAreSlowedAndHaveTheirOwnEvents() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin.port(), "events-per-client: 8/s");
        Wire client = gate.client()) {
      long began = System.nanoTime();
      for (int i = 0; i < 7; i++) {
        client.send(TestGate.get("http://www.example.com/" + i));
        assertEquals(200, client.answer().status());
      }
      // Four at once, then one every quarter of a second.
      assertTrue(System.nanoTime() - began >= 700_000_000L);
      gate.awaitEnds(7);
      assertEquals(List.of("allow listed"), gate.decisions().stream().distinct().toList());
      assertEquals(7, gate.decisions().size());
      assertEquals(0, gate.events("repeated").size());
    }
  }

  @Test
  void theBodyOfARequestThatWaitsIsNotLost() throws Exception {
    String body = "x".repeat(100_000);
    try (TestOrigin origin =
            TestOrigin.start(
                (client, self) -> {
                  for (String head = self.head(client); !head.isEmpty(); head = self.head(client)) {
                    int length = head.startsWith("POST") ? body.length() : 0;
                    String read = client.read(length);
                    client.send(
                        "HTTP/1.1 200 OK\r\nContent-Length: " + read.length() + "\r\n\r\n" + read);
                  }
                });
        TestGate gate = gate(origin.port(), "events-per-client: 4/s");
        Wire client = gate.client()) {
      for (int i = 0; i < 2; i++) {
        client.send(TestGate.get("http://www.example.com/" + i));
        assertEquals(200, client.answer().status());
      }
      client.send(
          "POST http://www.example.com/ HTTP/1.1\r\nHost: www.example.com\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n"
              + body);
      assertEquals(body, client.answer().body());
    }
  }

  @Test
  void whoWaitsIsJudgedByThePolicyOfTheMomentWhenTheWaitIsOver() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin.port(), "events-per-client: 1/s");
        Wire client = gate.client()) {
      for (int i = 0; i < 2; i++) {
        client.send(TestGate.get("http://www.example.com/" + i));
        assertEquals(200, client.answer().status());
      }
      client.send(TestGate.get("http://www.example.com/late"));
      gate.reload(Policies.allowing("{host: other.example.com}"));
      assertEquals(403, client.answer().status());
      assertEquals(2, origin.heads().length);
    }
  }

  @Test
  void whoWouldWaitTooLongIsRefused() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin.port(), "events-per-client: 1/s");
        Wire first = gate.client();
        Wire second = gate.client();
        Wire third = gate.client();
        Wire fourth = gate.client()) {
      for (int i = 0; i < 2; i++) {
        first.send(TestGate.get("http://www.example.com/" + i));
        assertEquals(200, first.answer().status());
      }
      String get = TestGate.get("http://www.example.com/x");
      first.send(get);
      second.send(get);
      third.send(get);
      fourth.send(get);
      List<Integer> statuses = new ArrayList<>();
      for (Wire client : List.of(first, second, third, fourth)) {
        statuses.add(client.answer().status());
      }
      // Two, four and more than five seconds.
      assertEquals(2, statuses.stream().filter(status -> status == 200).count());
      assertEquals(2, statuses.stream().filter(status -> status == 503).count());
      Await.until("both refusals are on file", () -> refusals(gate) == 2);
    }
  }

  @Test
  void theTimeOfAHeadCountsAfterARefusalToo() throws Exception {
    try (TestGate gate = gate(1, "time: {request-head: 200ms}");
        Wire client = gate.client()) {
      client.send(TestGate.get("http://evil.example.com/"));
      assertEquals(403, client.answer().status());
      client.send("GET http://evil.exam");
      assertEquals(400, client.answer().status());
    }
  }
}
