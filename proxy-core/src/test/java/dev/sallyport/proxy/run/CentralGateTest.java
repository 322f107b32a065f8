package dev.sallyport.proxy.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.identify.TokenFile;
import dev.sallyport.proxy.run.CentralGate.Credentials;
import dev.sallyport.proxy.run.CentralGate.UnusableException;
import dev.sallyport.proxy.testing.Await;
import dev.sallyport.proxy.testing.Hello;
import dev.sallyport.proxy.testing.TestCertificate;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.TestOrigin;
import dev.sallyport.proxy.testing.Wire;
import dev.sallyport.proxy.transport.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The local end of a central gate, with a gate at the other end.
class CentralGateTest {
  private static final Credentials NONE =
      new Credentials(Optional.empty(), Optional.empty(), List.of());
  private static final String POLICY =
      """
      sallyport: 1
      name: central
      classes:
        web: {allow: [{host: tls.example.com}, {host: any.example.com, tunnel: any}, {host: plain.example.com, scheme: http}]}
        seen: {intercept: true, allow: [seen.example.com]}
      profiles: {all: {classes: [web, seen]}}
      assign: [{any: true, profile: all}]
      """;

  @TempDir private Path folder = Path.of("");

  private TestGate gate(int port, String tls) throws Exception {
    String settings =
        """
        listen: [{name: main, address: 127.0.0.1, port: 0%s}]
        connect-to: {"*:*": "127.0.0.1:%d"}
        identity: {tokens: t.yaml, required: true}
        intercept: {authority: memory}
        """
            .formatted(tls, port);
    return TestGate.start(Transport.best(), folder, settings, POLICY);
  }

  private String token() throws Exception {
    TokenFile tokens = new TokenFile(folder.resolve("t.yaml"));
    return "laptop:" + tokens.add("laptop", Map.of(), Instant.EPOCH).orElseThrow().reveal();
  }

  private static Credentials with(String token) {
    return new Credentials(Optional.of(token), Optional.empty(), List.of());
  }

  private static String url(TestGate gate) {
    return "http://127.0.0.1:" + gate.address().getPort();
  }

  @Test
  void whatIsAskedGoesUpWithTheTokenAndComesBackAsItIs() throws Exception {
    String token = token();
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin.port(), "");
        GateRelay relay = GateRelay.start(CentralGate.of(url(gate), with(token)))) {
      try (Wire client = Wire.to(relay.address())) {
        client.send(TestGate.get("http://plain.example.com/"));
        Wire.Answer answer = client.answer();
        assertEquals(200, answer.status());
      }
      try (Wire client = Wire.to(relay.address())) {
        client.send(TestGate.get("http://evil.example.com/"));
        Wire.Answer answer = client.answer();
        assertEquals(403, answer.status());
        assertTrue(answer.body().contains("not-listed"), answer.body());
        assertTrue(client.ends());
      }
      assertEquals(List.of("allow listed", "deny not-listed"), gate.awaitDecisions(2));
      assertEquals("laptop", gate.events("decision").getFirst().path("user.name").asText());
      String summary = String.join("\n", relay.traffic().lines("http://gate.example:3128"));
      assertTrue(summary.startsWith("2 connections through http://gate.example:3128"), summary);
      assertTrue(summary.contains("plain.example.com (1)"), summary);
      assertTrue(summary.contains("403 evil.example.com (1)"), summary);
    }
  }

  @Test
  void tunnelsPassBothWays() throws Exception {
    String token = token();
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin.port(), "");
        GateRelay relay = GateRelay.start(CentralGate.of(url(gate), with(token)));
        Wire client = Wire.to(relay.address())) {
      client.send(TestGate.connect("tls.example.com:443"));
      assertTrue(client.head().startsWith("HTTP/1.1 200 "));
      byte[] hello = Hello.to("tls.example.com");
      client.send(hello);
      assertEquals(hello.length, client.read(hello.length).length());
      client.reset();
      assertEquals(1, gate.awaitEnds(1).size());
    }
  }

  @Test
  void theGateSaysWhoItIsAndWhatToTrust() throws Exception {
    String token = token();
    try (TestGate gate = gate(1, "")) {
      GateGreeting greeting = GateGreeting.of(CentralGate.of(url(gate), with(token)));
      assertEquals("`laptop` (token)", greeting.known());
      assertTrue(greeting.policy().startsWith("central @ "), greeting.policy());
      assertEquals(gate.gate().authorityRoot(), greeting.rootPem());
      assertFalse(greeting.rootPem().orElseThrow().contains("PRIVATE"));
    }
  }

  @Test
  void aTokenThatIsNotTakenIsSaid() throws Exception {
    token();
    try (TestGate gate = gate(1, "")) {
      assertSays("does not take this token", CentralGate.of(url(gate), with("laptop:guessed")));
      assertSays("asks for credentials", CentralGate.of(url(gate), NONE));
    }
  }

  private static void assertSays(String what, CentralGate gate) {
    UnusableException why = assertThrows(UnusableException.class, () -> GateGreeting.of(gate));
    assertTrue(why.sentence().contains(what), why::sentence);
  }

  @Test
  void aGateThatIsNotThereIsSaid() throws Exception {
    int port;
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = taken.getLocalPort();
    }
    CentralGate gone = CentralGate.of("http://127.0.0.1:" + port, NONE);
    assertSays("cannot be reached: nobody listens there", gone);
    try (GateRelay relay = GateRelay.start(gone);
        Wire client = Wire.to(relay.address())) {
      client.send(TestGate.connect("tls.example.com:443"));
      String answer = client.restOfText();
      assertTrue(answer.startsWith("HTTP/1.1 502 "), answer);
      assertTrue(answer.contains("nobody listens there"), answer);
    }
  }

  @Test
  void overTlsACertificateIsShownAndTheGatesIsChecked() throws Exception {
    TestCertificate.KeyFiles files = TestCertificate.keyFiles(folder);
    Path certificate = TestCertificate.certificateFile(folder);
    Files.writeString(
        folder.resolve("t.yaml"), "certificates: [{name: laptop, subject: CN=test}]\n");
    String tls =
        ", tls: {certificate: %1$s, key: %1$s, passphrase-file: %2$s, clients: {authorities: %3$s}}"
            .formatted(files.keys(), files.passphrase(), certificate);
    try (TestGate gate = gate(1, tls)) {
      Optional<CentralGate.Certificate> own =
          Optional.of(
              new CentralGate.Certificate(
                  files.keys(), files.keys(), Optional.of(files.passphrase())));
      // Its certificate is for *.example.com, and nothing resolves here.
      assertSays(
          "is not trusted",
          CentralGate.of(
              "https://127.0.0.1:" + gate.address().getPort(),
              new Credentials(Optional.empty(), own, List.of(certificate))));
      assertSays(
          "is not trusted",
          CentralGate.of(
              "https://127.0.0.1:" + gate.address().getPort(),
              new Credentials(Optional.empty(), own, List.of())));
      Await.until("nothing is in flight", () -> gate.gate().openConnections() == 0);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gate.example:3128",
        "ftp://gate.example:3128",
        "https://gate.example",
        "http://u:secret@gate.example:99999",
        "https://gate .example:1"
      })
  void otherUrlsAreNone(String url) {
    UnusableException why = assertThrows(UnusableException.class, () -> CentralGate.of(url, NONE));
    assertFalse(why.sentence().contains("secret"), why::sentence);
    assertFalse(why.sentence().contains("parent"), why::sentence);
  }

  @Test
  void whatNeedsTlsIsNotLostInClear() throws IOException {
    Path any = folder.resolve("any.pem");
    UnusableException why =
        assertThrows(
            UnusableException.class,
            () ->
                CentralGate.of(
                    "http://gate.example:1",
                    new Credentials(Optional.empty(), Optional.empty(), List.of(any))));
    assertTrue(why.sentence().contains("https://"), why::sentence);
  }
}
