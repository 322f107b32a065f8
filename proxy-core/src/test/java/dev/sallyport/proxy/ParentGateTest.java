package dev.sallyport.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.testing.Hello;
import dev.sallyport.proxy.testing.Policies;
import dev.sallyport.proxy.testing.TestAuthority;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.TestOrigin;
import dev.sallyport.proxy.testing.Wire;
import dev.sallyport.proxy.transport.Transport;
import java.io.IOException;
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
    "CONNECT tls.example.com:443, 407, parent-credentials",
    "CONNECT tls.example.com:443, 403, parent-refused",
    "GET http://plain.example.com/, 407, parent-credentials",
  })
  void saysThatTheParentRefused(String line, int status, String reason) throws Exception {
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
      assertTrue(answer.field("proxy-status").orElse("").contains(reason));
      assertEquals(List.of(reason + " origin"), gate.awaitEnds(1));
      assertEquals(List.of("allow listed"), gate.decisions());
    }
  }

  private static final String SECURE = "parent.example.com";
  private static final String SEEN =
      """
      sallyport: 1
      name: test
      classes:
        web:
          intercept: true
          allow: [api.example.com]
        tunnels:
          allow: [tls.example.com, {host: plain.example.com, scheme: http}]
      profiles: {all: {classes: [web, tunnels]}}
      assign: [{anonymous: true, profile: all}]
      """;

  /// A gate behind a parent that speaks TLS; further lines stand in `upstream`.
  private TestGate behind(TestOrigin parent, String... further) throws Exception {
    String roots = TestAuthority.rootFile(folder).toString();
    String settings =
        """
        intercept: {authority: memory, refuse-in-band: never}
        resolve: {hosts: {parent.example.com: 127.0.0.1}}
        limits: {time: {handshake: 2s}}
        upstream:
          roots: %1$s
          proxy-tls: {roots: %1$s}
          proxy: https://user:pass@parent.example.com:%2$d
        """
            .formatted(roots, parent.port());
    return TestGate.start(transport, folder, settings + String.join("", further), SEEN);
  }

  /// Opens the tunnels that it is asked for, all to one place.
  private static TestOrigin.Conversation tunnelling(TestOrigin to) {
    return (client, self) -> {
      self.head(client);
      try (Wire origin = Wire.to(to.address())) {
        client.send("HTTP/1.1 200 OK\r\n\r\n");
        Thread up = Thread.ofVirtual().start(() -> pump(client, origin));
        pump(origin, client);
        up.join();
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    };
  }

  private static void pump(Wire from, Wire to) {
    byte[] part = new byte[16 * 1024];
    try {
      for (int n = from.readSome(part); n >= 0; n = from.readSome(part)) {
        to.send(part, n);
      }
      to.endOutput();
    } catch (IOException ended) {
      // The test looks at what arrived.
    }
  }

  @Test
  void aParentWithinTlsCarriesTunnels() throws Exception {
    byte[] hello = Hello.to("tls.example.com");
    try (TestOrigin parent =
            TestOrigin.startTls(
                SECURE,
                (client, self) -> {
                  self.head(client);
                  client.send("HTTP/1.1 200 OK\r\n\r\nfirst");
                  byte[] seen = new byte[hello.length];
                  int had = 0;
                  while (had < seen.length) {
                    int n = client.readSome(seen);
                    had += n;
                  }
                  client.send(" last");
                });
        TestGate gate = behind(parent);
        Wire client = gate.tunnel("tls.example.com:443")) {
      client.send(hello);
      assertEquals("first last", client.restOfText());
      client.endOutput();
      assertEquals(
          "CONNECT tls.example.com:443 HTTP/1.1\r\nHost: tls.example.com:443\r\n"
              + "Proxy-Authorization: Basic dXNlcjpwYXNz\r\n\r\n",
          parent.heads()[0]);
      gate.awaitEnds(1);
      assertEquals("parent", gate.events("close").getFirst().path("sallyport.route").asText());
    }
  }

  @Test
  void theEndOfTheClientsHalfArrivesThroughTls() throws Exception {
    byte[] hello = Hello.to("tls.example.com");
    try (TestOrigin origin = TestOrigin.startEcho();
        TestOrigin parent = TestOrigin.startTls(SECURE, tunnelling(origin));
        TestGate gate = behind(parent);
        Wire client = gate.tunnel("tls.example.com:443")) {
      client.send(hello).endOutput();
      assertEquals(hello.length, client.rest().length);
      assertEquals(1, gate.awaitEnds(1).size());
    }
  }

  @Test
  void aParentWithinTlsTakesRequests() throws Exception {
    try (TestOrigin parent =
            TestOrigin.startTls(
                SECURE,
                (client, self) -> {
                  while (!self.head(client).isEmpty()) {
                    client.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                  }
                });
        TestGate gate = behind(parent);
        Wire client = gate.client()) {
      for (int i = 0; i < 2; i++) {
        client.send(TestGate.get("http://plain.example.com/p?q"));
        assertEquals("ok", client.answer().body());
      }
      assertEquals(1, parent.accepted());
      assertTrue(parent.heads()[0].startsWith("GET http://plain.example.com/p?q HTTP/1.1\r\n"));
    }
  }

  @Test
  void anInterceptedRequestGoesThroughTlsWithinTls() throws Exception {
    try (TestOrigin origin =
            TestOrigin.startTls(
                "api.example.com",
                (client, self) -> {
                  while (!self.head(client).isEmpty()) {
                    client.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                  }
                });
        TestOrigin parent = TestOrigin.startTls(SECURE, tunnelling(origin));
        TestGate gate = behind(parent);
        Wire client = gate.intercepted("api.example.com", "http/1.1")) {
      for (int i = 0; i < 2; i++) {
        client.send("GET /a HTTP/1.1\r\nHost: api.example.com\r\n\r\n");
        assertEquals("ok", client.answer().body());
      }
      assertEquals(1, parent.accepted());
      assertEquals(2, origin.heads().length);
    }
  }

  @Test
  void aParentWithAWrongCertificateGetsNoCredentials() throws Exception {
    try (TestOrigin parent =
            TestOrigin.startTls("other.example.com", (client, self) -> self.head(client));
        TestGate gate = behind(parent)) {
      for (String line : List.of("CONNECT tls.example.com:443", "GET http://plain.example.com/")) {
        try (Wire client = gate.client()) {
          Wire.Answer answer = client.send(line + " HTTP/1.1\r\nHost: a\r\n\r\n").answer();
          assertEquals(502, answer.status());
          assertTrue(answer.field("proxy-status").orElse("").contains("parent-tls"));
          assertTrue(answer.body().contains("parent.example.com"), answer.body());
        }
      }
      assertEquals(List.of("parent-tls origin", "parent-tls origin"), gate.awaitEnds(2));
      assertEquals(0, parent.heads().length);
    }
  }

  @Test
  void aParentThatSpeaksNoTlsIsSaidToBe() throws Exception {
    try (TestOrigin parent =
            TestOrigin.start((client, self) -> client.send("HTTP/1.1 400 Bad\r\n\r\n"));
        TestGate gate = behind(parent);
        Wire client = gate.client()) {
      Wire.Answer answer = client.send(TestGate.connect("tls.example.com:443")).answer();
      assertTrue(answer.body().contains("is not TLS"), answer.body());
      assertEquals(List.of("parent-tls origin"), gate.awaitEnds(1));
    }
  }

  @Test
  void aParentThatNeverShakesHandsIsNotWaitedForLong() throws Exception {
    try (TestOrigin parent = TestOrigin.start((client, self) -> client.rest());
        TestGate gate = behind(parent);
        Wire client = gate.client()) {
      assertEquals(502, client.send(TestGate.connect("tls.example.com:443")).answer().status());
      assertEquals(List.of("parent-tls origin"), gate.awaitEnds(1));
    }
  }

  @Test
  void aClassMayGoItsOwnWay() throws Exception {
    try (TestOrigin parent = TestOrigin.startTls(SECURE, (client, self) -> self.head(client));
        TestOrigin other = TestOrigin.startHttp();
        TestGate gate =
            behind(parent, "  parents: {tunnels: http://127.0.0.1:" + other.port() + "}\n");
        Wire client = gate.client()) {
      client.send(TestGate.get("http://plain.example.com/"));
      assertEquals("ok", client.answer().body());
      assertEquals(0, parent.accepted());
      assertTrue(other.heads()[0].startsWith("GET http://plain.example.com/ "), other.heads()[0]);
    }
  }

  @Test
  void aClassMayGoDirectly() throws Exception {
    try (TestOrigin parent = TestOrigin.startTls(SECURE, (client, self) -> self.head(client));
        TestGate gate = behind(parent, "  parents: {tunnels: none}\n");
        Wire client = gate.client()) {
      client.send(TestGate.get("http://plain.example.com:80/"));
      assertEquals(502, client.answer().status());
      assertEquals(List.of("origin-unresolved origin"), gate.awaitEnds(1));
      assertEquals(0, parent.accepted());
    }
  }
}
