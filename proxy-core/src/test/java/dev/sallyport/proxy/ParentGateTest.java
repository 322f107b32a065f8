package dev.sallyport.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

/// A gate whose way up is a parent proxy.
@ParameterizedClass
@MethodSource("dev.sallyport.proxy.testing.Transports#available")
class ParentGateTest {
  private final Transport transport;
  @TempDir private Path folder = Path.of("");

  ParentGateTest(Transport transport) {
    this.transport = transport;
  }

  private TestGate gate(TestOrigin parent) throws Exception {
    return TestGate.start(
        transport,
        folder,
        "upstream: {proxy: \"http://user:pass@127.0.0.1:" + parent.port() + "\"}\n",
        Policies.allowing("{host: tls.example.com}", "{host: plain.example.com, scheme: http}"));
  }

  @Test
  void carriesATunnelThroughAnother() throws Exception {
    byte[] hello = Hello.to("tls.example.com");
    try (TestOrigin parent =
            TestOrigin.start(
                (client, self) -> {
                  self.head(client);
                  client.send("HTTP/1.1 200 OK\r\n\r\n");
                  client.send(client.rest());
                });
        TestGate gate = gate(parent);
        Wire client = gate.tunnel("tls.example.com:443")) {
      client.send(hello).endOutput();
      assertEquals(hello.length, client.rest().length);
      assertEquals(
          "CONNECT tls.example.com:443 HTTP/1.1\r\nHost: tls.example.com:443\r\n"
              + "Proxy-Authorization: Basic dXNlcjpwYXNz\r\n\r\n",
          parent.heads()[0]);
      gate.awaitEnds(1);
      assertEquals("parent", gate.events("close").getFirst().path("sallyport.route").asText());
    }
  }

  @Test
  void sendsPlainRequestsInAbsoluteForm() throws Exception {
    try (TestOrigin parent = TestOrigin.startHttp();
        TestGate gate = gate(parent);
        Wire client = gate.client()) {
      client.send(
          "GET http://plain.example.com/p?q HTTP/1.1\r\nHost: a\r\n"
              + "Proxy-Authorization-Like: x\r\n\r\n");
      assertEquals("ok", client.answer().body());
      String head = parent.heads()[0];
      assertTrue(head.startsWith("GET http://plain.example.com/p?q HTTP/1.1\r\n"), head);
      assertTrue(head.contains("proxy-authorization: Basic dXNlcjpwYXNz\r\n"), head);
      client.send(TestGate.get("http://plain.example.com/")).answer();
      assertEquals(1, parent.accepted());
    }
  }

  /// A 407 is for the gate, whose credentials the parent does not take, and not for its client.
  @ParameterizedTest
  @CsvSource({
    "CONNECT tls.example.com:443, 407",
    "CONNECT tls.example.com:443, 403",
    "GET http://plain.example.com/, 407",
  })
  void saysThatTheParentRefused(String line, int status) throws Exception {
    try (TestOrigin parent =
            TestOrigin.start(
                (client, self) -> {
                  self.head(client);
                  client.send(
                      "HTTP/1.1 "
                          + status
                          + " No\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n");
                });
        TestGate gate = gate(parent);
        Wire client = gate.client()) {
      client.send(line + " HTTP/1.1\r\nHost: a\r\n\r\n");
      Wire.Answer answer = client.answer();
      assertEquals(502, answer.status());
      assertTrue(answer.field("proxy-status").orElse("").contains("parent-refused"));
      assertEquals(List.of("parent-refused origin"), gate.awaitEnds(1));
      assertEquals(List.of("allow listed"), gate.decisions());
    }
  }
}
