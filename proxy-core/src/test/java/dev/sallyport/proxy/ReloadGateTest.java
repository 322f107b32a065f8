package dev.sallyport.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.proxy.testing.Await;
import dev.sallyport.proxy.testing.Hello;
import dev.sallyport.proxy.testing.Policies;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.TestOrigin;
import dev.sallyport.proxy.testing.Wire;
import dev.sallyport.proxy.transport.Transport;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What another policy does to a running gate and to what is open.
@ParameterizedClass
@MethodSource("dev.sallyport.proxy.testing.Transports#available")
class ReloadGateTest {
  private static final String A = "{host: a.example.com, tunnel: any}";
  private static final String B = "{host: b.example.com, tunnel: any}";
  private static final String PLAIN = "{host: plain.example.com, scheme: http}";

  private final Transport transport;
  @TempDir private Path folder = Path.of("");

  ReloadGateTest(Transport transport) {
    this.transport = transport;
  }

  private TestGate gate(TestOrigin origin, String... entries) throws Exception {
    return TestGate.start(
        transport,
        folder,
        "connect-to: {\"*:*\": \"127.0.0.1:" + origin.port() + "\"}\n",
        Policies.allowing(entries));
  }

  @Test
  void endsWhatTheNewPolicyRefusesAndNothingElse() throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin, A, B);
        Wire a = gate.tunnel("a.example.com:443");
        Wire b = gate.tunnel("b.example.com:443")) {
      assertEquals("a", a.send("a").read(1));
      assertEquals("b", b.send("b").read(1));
      assertEquals(1, gate.reload(Policies.allowing(B)).ended());
      assertTrue(a.ends());
      assertEquals(List.of("policy-changed gate"), gate.awaitEnds(1));
      assertEquals("still", b.send("still").read(5));
      Await.until("the reload is on file", () -> gate.events("policy.loaded").size() == 2);
      JsonNode loaded = gate.events("policy.loaded").getLast();
      assertEquals(1, loaded.path("sallyport.connections.ended").asInt(), loaded::toString);
    }
  }

  /// What is recorded of a tunnel is judged: here its ClientHello.
  @ParameterizedTest
  @CsvSource({
    "'{host: a.example.com}', 1",
    "'{host: a.example.com, sni: absent}', 1",
    "'{host: a.example.com, tunnel: any}', 0",
    "'{domain: a.example.com, tunnel: any}', 0",
    "'{host: a.example.com, tunnel: any, ports: 444}', 1",
    "'{host: a.example.com, tunnel: any, scheme: http}', 1",
  })
  void judgesTheOpeningAgain(String entry, int ended) throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin, A);
        Wire a = gate.tunnel("a.example.com:443")) {
      byte[] hello = Hello.to("other.example.com");
      a.send(hello).read(hello.length);
      assertEquals(ended, gate.reload(Policies.allowing(entry, B)).ended());
      assertEquals(ended, gate.awaitEnds(ended).size());
    }
  }

  @Test
  void judgesTheAddressAgain() throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate =
            TestGate.start(
                transport,
                folder,
                "resolve: {hosts: {in.example.com: 127.0.0.1}}\n",
                inside(origin, "127.0.0.0/8"));
        Wire in = gate.tunnel("in.example.com:" + origin.port())) {
      byte[] hello = Hello.to("in.example.com");
      in.send(hello).read(hello.length);
      assertEquals(0, gate.reload(inside(origin, "127.0.0.0/16")).ended());
      assertEquals(1, gate.reload(inside(origin, "127.1.0.0/16")).ended());
      assertEquals(List.of("policy-changed gate"), gate.awaitEnds(1));
    }
  }

  private static String inside(TestOrigin origin, String range) {
    return Policies.allowing(
        "{host: in.example.com, ports: " + origin.port() + ", resolves-to: [" + range + "]}");
  }

  @Test
  void endsARequestThatTheNewPolicyRefuses() throws Exception {
    try (TestOrigin origin =
            TestOrigin.start(
                (client, self) -> {
                  self.head(client);
                  client.rest();
                });
        TestGate gate = gate(origin, A, PLAIN);
        Wire client = gate.client()) {
      client.send(TestGate.get("http://plain.example.com/"));
      gate.awaitDecisions(1);
      gate.reload(Policies.allowing(A));
      assertTrue(client.ends());
      assertEquals(List.of("policy-changed gate"), gate.awaitEnds(1));
    }
  }

  /// A kept connection to an origin belongs to the policy under which it was opened.
  @Test
  void doesNotReuseAConnectionOfAnotherPolicy() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin, PLAIN);
        Wire client = gate.client()) {
      String get = TestGate.get("http://plain.example.com/");
      client.send(get).answer();
      client.send(get).answer();
      assertEquals(1, origin.accepted());
      gate.reload(Policies.allowing(PLAIN, A));
      client.send(get).answer();
      assertEquals(2, origin.accepted());
    }
  }

  @Test
  void keepsTheOldPolicyWhenTheNewOneIsWrong() throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin, A)) {
      String before = gate.gate().policy().stamp().version();
      assertThrows(PolicyRejectedException.class, () -> gate.reload("sallyport: 1\nclass: {}\n"));
      String failing =
          Policies.allowing(B)
              + "tests:\n  - {allow: \"GET https://a.example.com/\", profile: all}\n";
      PolicyRejectedException failed =
          assertThrows(PolicyRejectedException.class, () -> gate.reload(failing));
      assertTrue(failed.problems().getFirst().contains("test failed"), failed.problems()::toString);
      assertEquals(before, gate.gate().policy().stamp().version());
      try (Wire a = gate.tunnel("a.example.com:443")) {
        assertEquals("a", a.send("a").read(1));
      }
      gate.awaitEnds(1);
      assertEquals(2, gate.events("policy.rejected").size());
      assertEquals(1, gate.events("policy.loaded").size());
      assertTrue(gate.verify().holds());
    }
  }
}
