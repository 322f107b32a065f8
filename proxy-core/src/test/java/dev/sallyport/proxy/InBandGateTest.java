package dev.sallyport.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
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
import org.junit.jupiter.params.provider.MethodSource;

/// Refusals that are told within TLS, through a running gate.
@ParameterizedClass
@MethodSource("dev.sallyport.proxy.testing.Transports#available")
class InBandGateTest {
  private static final String HOST = "unlisted.example.com";
  private static final String MODEL_HOST = "api.anthropic.com";
  private static final String GET = "GET /secret?x=1 HTTP/1.1\r\nHost: unlisted.example.com\r\n";
  private static final byte[] UNKNOWN_CA = {21, 3, 3, 0, 2, 2, 48};
  private static final String POLICY =
      Policies.allowing("{host: seen.example.com, intercept: true}", "tls.example.com");

  private final Transport transport;
  @TempDir private Path folder = Path.of("");

  InBandGateTest(Transport transport) {
    this.transport = transport;
  }

  private TestGate gate(TestOrigin origin, String inBand, String policy) throws Exception {
    return TestGate.start(
        transport,
        folder,
        "connect-to: {\"*:*\": \"127.0.0.1:"
            + origin.port()
            + "\"}\nintercept: {authority: memory, refuse-in-band: "
            + inBand
            + "}\n",
        policy);
  }

  @Test
  void saysWithinTlsWhyAHostIsRefused() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin, "auto", POLICY);
        Wire client = gate.intercepted(HOST, "http/1.1")) {
      Wire.Answer answer = client.send(GET + "Accept: text/plain\r\n\r\n").answer();
      assertEquals(403, answer.status());
      assertEquals("close", answer.field("connection").orElse(""));
      assertTrue(
          answer.body().startsWith("Sallyport refused GET https://unlisted.example.com\n")
              || answer.body().startsWith("Sallyport refused CONNECT unlisted.example.com:443\n"),
          answer.body());
      assertTrue(answer.body().contains("not-listed"), answer.body());
      assertFalse(answer.body().contains("secret"), answer.body());
      assertTrue(client.ends());
      assertEquals(List.of("deny not-listed"), gate.decisions());
      JsonNode event = gate.events("decision").getFirst();
      assertEquals("refuse-in-band", event.path("sallyport.treatment").asText());
      assertEquals("connect", event.path("sallyport.entrance").asText());
      assertEquals(0, origin.accepted());
      assertEquals(List.of(), gate.ends());
    }
  }

  @Test
  void aDenyRuleIsToldInBandAndLeavesNoOriginTouched() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin, "always", Policies.allowing("tls.example.com"));
        Wire client = gate.intercepted("denied.example")) {
      String head = "HEAD / HTTP/1.1\r\nHost: denied.example\r\n\r\n";
      Wire.Answer answer = client.send(head).answerToHead();
      assertEquals(403, answer.status());
      assertTrue(client.ends());
      assertEquals(0, origin.accepted());
    }
  }

  @Test
  void whatTheVendorsClientsKnowIsSaidAtItsHosts() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin, "auto", POLICY);
        Wire client = gate.intercepted(MODEL_HOST)) {
      client.send("POST /v1/messages HTTP/1.1\r\nHost: api.anthropic.com\r\n");
      client.send("Accept: application/json\r\nContent-Length: 100000\r\n\r\n");
      Wire.Answer answer = client.send("begin").answer();
      assertEquals(403, answer.status());
      assertTrue(
          answer
              .body()
              .startsWith(
                  "{\"type\":\"error\",\"error\":{\"type\":\"permission_error\",\"message\":\"Sallyport"
                      + " refused this: "),
          answer.body());
    }
  }

  @Test
  void aClientThatDoesNotTrustTheGateGetsARefusedConnectNextTime() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin, "auto", POLICY)) {
      try (Wire client = gate.tunnel(HOST + ":443")) {
        assertThrows(
            IOException.class,
            () -> client.secured(TestAuthority.originContext("nobody.example.com"), HOST));
      }
      assertEquals(List.of("client-distrusts client"), gate.awaitEnds(1));
      try (Wire client = gate.client()) {
        assertEquals(403, client.send(TestGate.connect(HOST + ":443")).answer().status());
      }
      // At the hosts of models a refused CONNECT costs minutes.
      try (Wire client = gate.client()) {
        assertTrue(client.send(TestGate.connect(MODEL_HOST + ":443")).head().contains(" 200 "));
      }
      // Another program of the same client is asked by itself.
      try (Wire client = gate.client()) {
        client.send(
            "CONNECT unlisted.example.com:443 HTTP/1.1\r\nHost: a\r\nUser-Agent: b\r\n\r\n");
        assertTrue(client.head().contains(" 200 "));
      }
    }
  }

  /// As OpenSSL does it in TLS 1.3, and so curl, git and Python.
  @Test
  void anAlertInClearAfterTheServersKeysIsDistrust() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin, "auto", POLICY)) {
      try (Wire client = gate.tunnel(HOST + ":443")) {
        client.send(Hello.answerable(HOST));
        assertEquals('\u0016', client.read(5).charAt(0));
        client.send(UNKNOWN_CA).endOutput();
        assertEquals(List.of("client-distrusts client"), gate.awaitEnds(1));
      }
      try (Wire client = gate.client()) {
        assertEquals(403, client.send(TestGate.connect(HOST + ":443")).answer().status());
      }
    }
  }

  @Test
  void aCloseWithoutAByteIsDistrust() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin, "auto", POLICY)) {
      gate.intercepted(HOST).close();
      assertEquals(List.of("client-distrusts client"), gate.awaitEnds(1));
    }
  }

  @Test
  void whereNothingIsInterceptedNobodyIsAskedToTrust() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin, "auto", Policies.allowing("tls.example.com"));
        Wire client = gate.client()) {
      assertEquals(403, client.send(TestGate.connect(HOST + ":443")).answer().status());
      assertTrue(gate.gate().authorityRoot().isEmpty());
    }
  }

  @Test
  void neverIsNever() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin, "never", POLICY);
        Wire client = gate.client()) {
      assertEquals(403, client.send(TestGate.connect(MODEL_HOST + ":443")).answer().status());
    }
  }

  @Test
  void whatIsNotTlsIsCut() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin, "auto", POLICY);
        Wire client = gate.tunnel(HOST + ":443")) {
      client.send("SSH-2.0-x\r\n");
      byte[] alert = client.rest();
      assertEquals(21, alert[0]);
      assertEquals(List.of("deny not-listed"), gate.decisions());
    }
  }
}
