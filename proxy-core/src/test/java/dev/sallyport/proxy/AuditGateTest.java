package dev.sallyport.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.testing.Await;
import dev.sallyport.proxy.testing.Hello;
import dev.sallyport.proxy.testing.Policies;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.TestOrigin;
import dev.sallyport.proxy.testing.Wire;
import dev.sallyport.proxy.transport.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// A running gate whose events cannot be written.
@ParameterizedClass
@MethodSource("dev.sallyport.proxy.testing.Transports#available")
class AuditGateTest {
  private static final String POLICY =
      Policies.allowing(
          "{host: tls.example.com}",
          "{subdomains-of: wide.example.com}",
          "{host: plain.example.com, scheme: http}");

  private final Transport transport;
  @TempDir private Path folder = Path.of("");

  AuditGateTest(Transport transport) {
    this.transport = transport;
  }

  @Test
  void refusesWhileItCannotWriteAndRecovers() throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate =
            TestGate.start(
                transport,
                folder,
                "connect-to: {\"*:*\": \"127.0.0.1:" + origin.port() + "\"}\n",
                POLICY);
        Wire open = gate.tunnel("tls.example.com:443")) {
      byte[] hello = Hello.to("tls.example.com");
      open.send(hello).read(hello.length);
      int before = origin.accepted();
      breakFolder(gate);
      // The first finds out, for the others it is known.
      for (String line :
          new String[] {
            "CONNECT tls.example.com:443",
            "CONNECT a.wide.example.com:443",
            "GET http://plain.example.com/",
            "GET http://plain.example.com/",
          }) {
        try (Wire client = gate.client()) {
          client.send(line + " HTTP/1.1\r\nHost: a\r\n\r\n");
          Wire.Answer answer = client.answer();
          assertEquals(503, answer.status(), line + answer.head());
          assertTrue(answer.field("proxy-status").orElse("").contains("audit-unavailable"));
          assertEquals("5", answer.field("retry-after").orElse(""));
        }
      }
      try (Wire client = gate.client()) {
        client.send(TestGate.connect("denied.example:443"));
        assertEquals(403, client.answer().status());
      }
      Await.until("nothing but the first is dialled", () -> origin.open() == 1);
      assertTrue(origin.accepted() <= before + 1, "dialled without an event");
      assertTrue(gate.gate().readiness().text().contains("audit"));
      open.endOutput();
      assertEquals(0, open.rest().length);
      mendFolder(gate);
      Await.until("the gate is ready", () -> gate.gate().readiness().isReady());
      try (Wire client = gate.tunnel("tls.example.com:443")) {
        assertEquals(hello.length, client.send(hello).read(hello.length).length());
      }
      Await.until("all ends are on file", () -> endsOfListed(gate) == listed(gate));
      assertTrue(gate.events("gap").size() >= 1);
      assertTrue(gate.verify().holds(), () -> gate.events().toString());
    }
  }

  private static long listed(TestGate gate) {
    return gate.decisions().stream().filter("allow listed"::equals).count();
  }

  /// The ends of tunnels that stood; those whose event failed end as well.
  private static long endsOfListed(TestGate gate) {
    return gate.ends().stream().filter(end -> !end.startsWith("audit-unavailable")).count();
  }

  private static void breakFolder(TestGate gate) throws IOException {
    Path folder = gate.auditFolder();
    Files.move(folder, folder.resolveSibling("away"));
    Files.createFile(folder);
  }

  private static void mendFolder(TestGate gate) throws IOException {
    Path folder = gate.auditFolder();
    Files.delete(folder);
    Files.move(folder.resolveSibling("away"), folder);
  }
}
