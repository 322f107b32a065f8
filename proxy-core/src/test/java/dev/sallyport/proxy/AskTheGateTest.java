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
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What the gate answers itself: the check before WebFetch, and `why`.
@ParameterizedClass
@MethodSource("dev.sallyport.proxy.testing.Transports#available")
class AskTheGateTest {
  private static final String MODEL_HOST = "api.anthropic.com";
  private static final String POLICY =
      """
      sallyport: 1
      name: test
      contact: "#egress"
      classes:
        model:
          intercept: true
          allow: [api.anthropic.com]
        packages:
          allow: [packages.example.com]
        webfetch:
          intercept: true
          methods: [GET]
          allow: [docs.example.com]
      deny:
        - {domain: denied.example, reason: dead drop}
      profiles: {all: {classes: [model, packages, webfetch]}}
      assign: [{anonymous: true, profile: all}]
      """;

  private final Transport transport;
  @TempDir private Path folder = Path.of("");

  AskTheGateTest(Transport transport) {
    this.transport = transport;
  }

  private TestGate gate(TestOrigin origin) throws Exception {
    return TestGate.start(
        transport,
        folder,
        "connect-to: {\"*:*\": \"127.0.0.1:"
            + origin.port()
            + "\"}\nintercept: {authority: memory}\nupstream: {roots: "
            + TestAuthority.rootFile(folder)
            + "}\n",
        POLICY);
  }

  private static TestOrigin model() throws Exception {
    return TestOrigin.startTls(
        MODEL_HOST,
        (client, self) -> {
          while (!self.head(client).isEmpty()) {
            client.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\norigin");
          }
        });
  }

  @ParameterizedTest
  @CsvSource({
    "docs.example.com, origin, listed",
    "packages.example.com, gate, not-listed",
    "other.example.com, gate, not-listed",
    "denied.example, gate, denied-by-rule",
    "127.0.0.1, gate, not-listed",
    "a..b, gate, malformed",
  })
  void webFetchIsToldWhereItMayNotGo(String domain, String answerer, String reason)
      throws Exception {
    try (TestOrigin origin = model();
        TestGate gate = gate(origin);
        Wire client = gate.intercepted(MODEL_HOST)) {
      String ask = "GET /api/web/domain_info?domain=" + domain + " HTTP/1.1\r\nHost: ";
      Wire.Answer answer = client.send(ask + MODEL_HOST + "\r\n\r\n").answer();
      assertEquals(200, answer.status());
      boolean byGate = answerer.equals("gate");
      assertEquals(
          byGate ? "{\"domain\":\"" + domain + "\",\"can_fetch\":false}" : "origin", answer.body());
      assertEquals(byGate ? 0 : 1, origin.accepted());
      assertEquals(
          List.of("allow listed", (byGate ? "deny " : "allow ") + reason), gate.awaitDecisions(2));
      // The connection goes on.
      String next = "GET /v1/models HTTP/1.1\r\nHost: " + MODEL_HOST + "\r\n\r\n";
      assertEquals("origin", client.send(next).answer().body());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https%3A%2F%2Fdocs.example.com%2Fa, allow, listed",
    "https%3A%2F%2Fdocs.example.com%2Fa&method=POST, deny, method-not-allowed",
    "wss%3A%2F%2Fapi.anthropic.com%2Fv1, allow, listed",
    "wss%3A%2F%2Fdocs.example.com%2Fa, deny, method-not-allowed",
    "https%3A%2F%2Fother.example.com%2F, deny, not-listed",
    "http%3A%2F%2Fdocs.example.com%2F, deny, scheme-not-allowed",
    "https%3A%2F%2Fdocs.example.com%3A8443%2F, deny, port-not-allowed",
    "https://denied.example/, deny, denied-by-rule",
    "https://docs.example.com/a%23part, allow, listed",
    "https://docs.example.com:/a, allow, listed",
    "https://me:secret@docs.example.com/, deny, malformed",
    "https://2130706433/, deny, malformed",
    "https://b%C3%BCcher.example/, deny, malformed",
    "https://docs.example.com:99999/, deny, malformed",
    "docs.example.com, deny, malformed",
    "ftp://docs.example.com/, deny, malformed",
  })
  void saysWhatItWouldSay(String url, String decision, String reason) throws Exception {
    try (TestOrigin origin = model();
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      String ask = "GET http://sallyport.internal/why?url=" + url + " HTTP/1.1\r\nHost: a\r\n";
      Wire.Answer json = client.send(ask + "\r\n").answer();
      assertEquals(200, json.status());
      assertTrue(json.body().contains("\"decision\":\"" + decision + "\""), json.body());
      assertTrue(json.body().contains("\"reason\":\"" + reason + "\""), json.body());
      Wire.Answer text = client.send(ask + "Accept: text/plain\r\n\r\n").answer();
      assertTrue(text.body().startsWith("decision " + decision + "\n"), text.body());
      assertTrue(text.body().contains(reason + ": "), text.body());
      assertEquals(0, origin.accepted());
      assertEquals(List.of(), gate.decisions());
    }
  }

  @Test
  void saysHowToAsk() throws Exception {
    try (TestOrigin origin = model();
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      for (String path :
          List.of(
              "/",
              "/why",
              "/why?url=",
              "/why?url=%",
              "/why?url=http://a.example/&url=http://b.example/",
              "/why?url=http://a.example/&method=A%20B")) {
        Wire.Answer answer = client.send(TestGate.get("http://sallyport.internal" + path)).answer();
        assertEquals(400, answer.status());
        assertTrue(answer.body().contains("/why?url="), answer.body());
      }
    }
  }
}
