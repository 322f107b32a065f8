package dev.sallyport.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.testing.TestAuthority;
import dev.sallyport.proxy.testing.TestCertificate;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.TestOrigin;
import dev.sallyport.proxy.testing.TestOrigin.Asks;
import dev.sallyport.proxy.testing.Wire;
import dev.sallyport.proxy.transport.Transport;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Origins that ask who the gate is: `upstream.certificates`.
class ClientCertificateGateTest {
  private static final String PARTNER = "partner.example.com";
  private static final String OTHER = "other.example.com";
  private static final String POLICY =
      """
      sallyport: 1
      name: test
      classes: {partners: {intercept: true, allow: [{host: partner.example.com, ports: [443, 8443]}, other.example.com]}}
      profiles: {all: {classes: [partners]}}
      assign: [{anonymous: true, profile: all}]
      """;

  @TempDir private Path folder = Path.of("");

  private TestGate gate(TestOrigin origin, String certificates) throws Exception {
    return TestGate.start(
        Transport.best(),
        folder,
        "connect-to: {\"*:*\": \"127.0.0.1:"
            + origin.port()
            + "\"}\nintercept: {authority: memory}\nupstream: {roots: "
            + TestCertificate.certificateFile(folder)
            + certificates
            + "}\n",
        POLICY);
  }

  private String forPartner() throws Exception {
    TestCertificate.KeyFiles files = TestCertificate.keyFiles(folder);
    return ", certificates: [{host: "
        + PARTNER
        + ", certificate: "
        + files.keys()
        + ", key: "
        + files.keys()
        + ", passphrase-file: "
        + files.passphrase()
        + "}]";
  }

  /// Says who the gate has shown to be.
  private static TestOrigin origin(Asks asks) throws Exception {
    return TestOrigin.startTlsAsking(
        asks,
        (client, self) -> {
          for (String head = self.head(client); !head.isEmpty(); head = self.head(client)) {
            String peer = client.peer().orElse("nobody");
            client.send("HTTP/1.1 200 OK\r\nContent-Length: " + peer.length() + "\r\n\r\n" + peer);
          }
        });
  }

  private static Wire.Answer get(TestGate gate, String host) throws Exception {
    try (Wire client = gate.intercepted(host)) {
      return client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n").answer();
    }
  }

  @Test
  void isShownToItsOriginAndToNoOther() throws Exception {
    try (TestOrigin origin = origin(Asks.WANTS);
        TestGate gate = gate(origin, forPartner())) {
      assertEquals("CN=test", get(gate, PARTNER).body());
      assertEquals("nobody", get(gate, OTHER).body());
      assertEquals("CN=test", get(gate, PARTNER).body());
      try (Wire tunnel = gate.tunnel(PARTNER + ":8443");
          Wire client =
              tunnel.secured(
                  TestAuthority.trusting(gate.gate().authorityRoot().orElseThrow()), PARTNER)) {
        Wire.Answer answer =
            client.send("GET / HTTP/1.1\r\nHost: " + PARTNER + ":8443\r\n\r\n").answer();
        assertEquals("nobody", answer.body());
      }
    }
  }

  @Test
  void anOriginThatNeedsOneGetsIt() throws Exception {
    try (TestOrigin origin = origin(Asks.NEEDS);
        TestGate gate = gate(origin, forPartner())) {
      assertEquals("CN=test", get(gate, PARTNER).body());
      Wire.Answer refused = get(gate, OTHER);
      assertEquals(502, refused.status());
      assertTrue(refused.body().contains("wants a client certificate"), refused.body());
    }
  }

  @Test
  void aFileThatIsNotThereStopsTheStart() throws Exception {
    try (TestOrigin origin = origin(Asks.WANTS)) {
      String certificates = ", certificates: [{host: a.example, certificate: no.pem, key: no.key}]";
      CannotStartException why =
          assertThrows(CannotStartException.class, () -> gate(origin, certificates).close());
      assertTrue(
          String.valueOf(why.getMessage()).contains("`upstream.certificates`: `" + folder),
          why::getMessage);
    }
  }
}
