package dev.sallyport.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.testing.TestAuthority;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.TestOrigin;
import dev.sallyport.proxy.testing.Wire;
import dev.sallyport.proxy.transport.Transport;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kept connections that their origin closes just as the next request goes out on them.
class StaleOriginGateTest {
  private static final String HOST = "api.example.com";
  private static final String POLICY =
      """
      sallyport: 1
      name: test
      classes: {model: {intercept: true, allow: [api.example.com]}}
      profiles: {all: {classes: [model]}}
      assign: [{anonymous: true, profile: all}]
      """;

  @TempDir private Path folder = Path.of("");

  /// Answers the first request of each connection, and closes it when the second one has come.
  private static TestOrigin forgetful() throws Exception {
    return TestOrigin.startTls(
        HOST,
        (client, self) -> {
          self.head(client);
          client.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
          self.head(client);
        });
  }

  private TestGate gate(TestOrigin origin) throws Exception {
    return TestGate.start(
        Transport.best(),
        folder,
        "connect-to: {\"*:*\": \"127.0.0.1:"
            + origin.port()
            + "\"}\nintercept: {authority: memory}\nupstream: {roots: "
            + TestAuthority.rootFile(folder)
            + "}\n",
        POLICY);
  }

  private static String request(String method) {
    String body = method.equals("POST") ? "Content-Length: 0\r\n" : "";
    return method + " / HTTP/1.1\r\nHost: " + HOST + "\r\n" + body + "\r\n";
  }

  @Test
  void whatMayBeRepeatedGoesOutOnceMoreOnAFreshConnection() throws Exception {
    try (TestOrigin origin = forgetful();
        TestGate gate = gate(origin);
        Wire client = gate.intercepted(HOST)) {
      for (int i = 0; i < 3; i++) {
        assertEquals("ok", client.send(request("GET")).answer().body());
      }
      assertEquals(3, origin.accepted());
      // Each but the last connection has seen a request that nobody answered.
      assertEquals(5, origin.heads().length);
      assertEquals(List.of("done origin", "done origin", "done origin"), gate.awaitEnds(3));
    }
  }

  @Test
  void whatMayNotBeRepeatedIsTold() throws Exception {
    try (TestOrigin origin = forgetful();
        TestGate gate = gate(origin);
        Wire client = gate.intercepted(HOST)) {
      assertEquals("ok", client.send(request("POST")).answer().body());
      Wire.Answer told = client.send(request("POST")).answer();
      assertEquals(502, told.status());
      assertTrue(told.body().contains("origin-unreachable"), told.body());
      assertEquals(2, origin.heads().length);
      assertEquals(1, origin.accepted());
    }
  }
}
