package dev.sallyport.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.proxy.identify.TokenFile;
import dev.sallyport.proxy.testing.Await;
import dev.sallyport.proxy.testing.Hello;
import dev.sallyport.proxy.testing.Policies;
import dev.sallyport.proxy.testing.TestAuthority;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.TestOrigin;
import dev.sallyport.proxy.testing.Wire;
import dev.sallyport.proxy.transport.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// SOCKS5 through a running gate: beside HTTP on one port, and judged like CONNECT.
@ParameterizedClass
@MethodSource("dev.sallyport.proxy.testing.Transports#available")
class SocksGateTest {
  private static final byte[] ACCESS_DENIED = {21, 3, 3, 0, 2, 2, 49};
  private static final String GREETING = "\u0005\u0001\u0000";
  private static final String NO_AUTHENTICATION = "0500";
  private static final String POLICY =
      Policies.allowing(
          "{host: tls.example.com}",
          "{host: any.example.com, tunnel: any}",
          "{host: seen.example.com, intercept: true}",
          "{address: 192.0.2.1}");

  private final Transport transport;
  @TempDir private Path folder = Path.of("");

  SocksGateTest(Transport transport) {
    this.transport = transport;
  }

  private TestGate gate(int port, String... settings) throws Exception {
    String all =
        """
        listen: [{name: main, address: 127.0.0.1, port: 0, socks: true}]
        connect-to: {"*:443": "127.0.0.1:%d"}
        intercept: {authority: memory}
        """
            .formatted(port);
    return TestGate.start(transport, folder, all + String.join("\n", settings), POLICY);
  }

  /// A request for a name.
  private static byte[] request(String host, int port) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {5, 1, 0, 3, (byte) host.length()});
    out.writeBytes(host.getBytes(ISO_8859_1));
    out.write(port >> 8);
    out.write(port);
    return out.toByteArray();
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  private static String read(Wire wire, int octets) throws IOException {
    return HexFormat.of().formatHex(wire.read(octets).getBytes(ISO_8859_1));
  }

  /// What the request is answered with.
  private static int asked(Wire client, byte[] request) throws IOException {
    client.send(GREETING);
    assertEquals(NO_AUTHENTICATION, read(client, 2));
    return reply(client.send(request));
  }

  private static int reply(Wire client) throws IOException {
    String reply = read(client, 10);
    assertTrue(reply.matches("05..0001000000000000"), reply);
    return Integer.parseInt(reply.substring(2, 4), 16);
  }

  @Test
  void tunnelsLikeConnect() throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin.port());
        Wire client = gate.client()) {
      assertEquals(0, asked(client, request("TLS.example.com.", 443)));
      byte[] hello = Hello.to("tls.example.com");
      client.send(hello);
      assertEquals(hello.length, client.read(hello.length).length());
      client.reset();
      gate.awaitEnds(1);
      JsonNode event = gate.events("decision").getFirst();
      assertEquals("allow", event.path("sallyport.decision").asText());
      assertEquals("socks", event.path("sallyport.entrance").asText());
      assertEquals("tls.example.com", event.path("server.address").asText());
      Await.until("nothing is in flight", () -> gate.gate().handshakes() == 0);
    }
  }

  @Test
  void everythingAtOnceIsTheSame() throws Exception {
    byte[] hello = Hello.to("tls.example.com");
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(GREETING.getBytes(ISO_8859_1));
    all.writeBytes(request("tls.example.com", 443));
    all.writeBytes(hello);
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin.port());
        Wire client = gate.client().send(all.toByteArray())) {
      assertEquals(NO_AUTHENTICATION, read(client, 2));
      assertEquals(0, reply(client));
      assertEquals(hello.length, client.read(hello.length).length());
    }
  }

  @Test
  void octetByOctetIsTheSame() throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin.port());
        Wire client = gate.client()) {
      for (int at = 0; at < GREETING.length(); at++) {
        client.send(GREETING.substring(at, at + 1));
      }
      assertEquals(NO_AUTHENTICATION, read(client, 2));
      for (byte octet : request("any.example.com", 443)) {
        client.send(new byte[] {octet});
      }
      assertEquals(0, reply(client));
      assertEquals("ping", client.send("ping").read(4));
    }
  }

  @Test
  void httpIsStillSpokenThere() throws Exception {
    try (TestGate gate = gate(1);
        Wire client = gate.client().send(TestGate.get("http://evil.example.com/"))) {
      assertEquals(403, client.answer().status());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "05 01 00 03 10 6576696c2e6578616d706c652e636f6d 01bb, 2, not-listed",
    "05 01 00 03 0e 64656e6965642e6578616d706c65 01bb, 2, denied-by-rule",
    "05 01 00 03 0f 746c732e6578616d706c652e636f6d 0050, 2, port-not-allowed",
    "05 01 00 01 7f000001 01bb, 2, not-listed",
    "05 01 00 03 09 3132372e302e302e31 01bb, 2, not-listed",
    "05 01 00 04 00000000000000000000ffff7f000001 01bb, 2, not-listed",
    "05 01 00 03 05 3132372e31 01bb, 1, malformed",
    "05 01 00 03 06 612062633a31 01bb, 1, malformed",
    "05 01 00 03 05 610d0a0d0a 01bb, 1, malformed",
    "05 01 00 03 0f 746c732e6578616d706c652e636f6d 0000, 1, malformed",
    "05 02 00 01 c0000201 01bb, 7, socks-not-supported",
    "05 03 00 01 c0000201 01bb, 7, socks-not-supported",
    "05 01 00 05 c0000201 01bb, 8, socks-not-supported",
    "05 01 07 01 c0000201 01bb, 1, malformed",
  })
  void refusesWithTheRightReply(String request, int reply, String reason) throws Exception {
    try (TestGate gate = gate(1);
        Wire client = gate.client()) {
      // The policy intercepts a host, so that policy refusals are told in band: a success first.
      int got = asked(client, hex(request));
      if (reply == 2) {
        assertEquals(0, got);
      } else {
        assertEquals(reply, got);
        assertTrue(client.ends());
      }
      assertEquals(List.of("deny " + reason), gate.awaitDecisions(1));
      assertEquals("socks", gate.events("decision").getFirst().path("sallyport.entrance").asText());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "evil.example.com, 2, not-listed",
    "denied.example, 2, denied-by-rule",
    "127.0.0.1, 2, not-listed",
  })
  void whereNothingIsToldInBandTheReplySaysIt(String host, int reply, String reason)
      throws Exception {
    String settings =
        """
        listen: [{name: main, address: 127.0.0.1, port: 0, socks: true}]
        intercept: {authority: memory, refuse-in-band: never}
        """;
    try (TestGate gate = TestGate.start(transport, folder, settings, POLICY);
        Wire client = gate.client()) {
      assertEquals(reply, asked(client, request(host, 443)));
      assertTrue(client.ends());
      assertEquals(List.of("deny " + reason), gate.awaitDecisions(1));
    }
  }

  @Test
  void anOriginThatIsNotThereIsUnreachable() throws Exception {
    try (TestGate gate = gate(1);
        Wire client = gate.client()) {
      assertEquals(4, asked(client, request("tls.example.com", 443)));
      assertTrue(client.ends());
      assertEquals(List.of("origin-unreachable origin"), gate.awaitEnds(1));
    }
  }

  @Test
  void anotherServerNameIsRefusedInTheTunnel() throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin.port());
        Wire client = gate.client()) {
      assertEquals(0, asked(client, request("tls.example.com", 443)));
      client.send(Hello.to("evil.example.com"));
      assertEquals(HexFormat.of().formatHex(ACCESS_DENIED), read(client, ACCESS_DENIED.length));
      assertTrue(client.ends());
      assertEquals(List.of("allow listed", "deny sni-mismatch"), gate.awaitDecisions(2));
    }
  }

  @Test
  void whatIsInterceptedIsInterceptedAndRefusalsAreToldInBand() throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin.port())) {
      for (String host : List.of("seen.example.com", "evil.example.com")) {
        try (Wire client = gate.client()) {
          assertEquals(0, asked(client, request(host, 443)));
          Wire secured =
              client.secured(
                  TestAuthority.trusting(gate.gate().authorityRoot().orElseThrow()),
                  host,
                  "http/1.1");
          secured.send("GET / HTTP/1.1\r\nHost: evil.example.com\r\n\r\n");
          int status = secured.answer().status();
          assertEquals(host.startsWith("seen") ? 421 : 403, status);
        }
      }
    }
  }

  @Test
  void tokensProveWhoItIs() throws Exception {
    TokenFile tokens = new TokenFile(folder.resolve("t.yaml"));
    String secret = tokens.add("ci-1", Map.of(), Instant.EPOCH).get().reveal();
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate =
            TestGate.start(
                transport,
                folder,
                """
                listen: [{name: main, address: 127.0.0.1, port: 0, socks: true}]
                connect-to: {"*:443": "127.0.0.1:%d"}
                identity: {tokens: t.yaml, required: true}
                """
                    .formatted(origin.port()),
                POLICY.replace("{anonymous: true", "{token: ci-*"))) {
      try (Wire client = gate.client().send(hex("05 02 00 02"))) {
        assertEquals("0502", read(client, 2));
        client.send(credentials("ci-1+repo=acme/x", secret));
        assertEquals("0100", read(client, 2));
        assertEquals(0, reply(client.send(request("any.example.com", 443))));
        assertEquals("ping", client.send("ping").read(4));
      }
      JsonNode event = gate.events("decision").getFirst();
      assertEquals("ci-1", event.path("user.name").asText());
      assertEquals("token", event.path("sallyport.identity.method").asText());
      assertEquals("acme/x", event.path("sallyport.claimed.repo").asText());
      try (Wire wrong = gate.client().send(hex("05 01 02"))) {
        assertEquals("0502", read(wrong, 2));
        wrong.send(credentials("ci-1", "guessed"));
        assertEquals("0101", read(wrong, 2));
        assertTrue(wrong.ends());
      }
      for (String greeting : List.of("05 01 00", "05 01 01")) {
        try (Wire none = gate.client().send(hex(greeting))) {
          assertEquals("05ff", read(none, 2));
          assertTrue(none.ends());
        }
      }
      assertEquals(
          List.of("deny credentials-wrong", "deny credentials-missing", "deny credentials-missing"),
          gate.awaitDecisions(4).subList(1, 4));
    }
  }

  private static byte[] credentials(String user, String password) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(1);
    out.write(user.length());
    out.writeBytes(user.getBytes(ISO_8859_1));
    out.write(password.length());
    out.writeBytes(password.getBytes(ISO_8859_1));
    return out.toByteArray();
  }

  @Test
  void whereThereIsNothingToHoldAgainstNobodyIsAsked() throws Exception {
    try (TestGate gate = gate(1);
        Wire client = gate.client().send(hex("05 02 00 02"))) {
      assertEquals("0500", read(client, 2));
    }
  }

  @Test
  void olderVersionsAreRefused() throws Exception {
    try (TestGate gate = gate(1);
        Wire client = gate.client().send(hex("04 01 01bb c0000201 00"))) {
      assertEquals("005b000000000000", read(client, 8));
      assertTrue(client.ends());
      assertEquals(List.of("deny socks-not-supported"), gate.awaitDecisions(1));
    }
  }

  @Test
  void aHandshakeIsBoundedInTimeAndCounted() throws Exception {
    try (TestGate gate = gate(1, "limits: {time: {request-head: 300ms}}");
        Wire half = gate.client().send("\u0005\u0002")) {
      Await.until("it counts", () -> gate.gate().handshakes() == 1);
      assertEquals("05010001000000000000", read(half, 10));
      assertTrue(half.ends());
      assertEquals(List.of("deny malformed"), gate.awaitDecisions(1));
      Await.until("it is over", () -> gate.gate().handshakes() == 0);
    }
  }

  @Test
  void aClientThatLeavesInBetweenLeavesNothing() throws Exception {
    try (TestGate gate = gate(1)) {
      gate.client().send("\u0005\u0002").reset();
      gate.client().send(GREETING).endOutput().ends();
      gate.client().close();
      Await.until("all have left", () -> gate.gate().openConnections() == 0);
      Await.until("nothing is in flight", () -> gate.gate().handshakes() == 0);
    }
  }

  @Test
  void aGateThatStopsWaitsForNoOctet() throws Exception {
    TestGate gate = gate(1);
    try (Wire silent = gate.client();
        Wire half = gate.client().send("\u0005")) {
      Await.until("they are counted", () -> gate.gate().handshakes() == 1);
      gate.close();
      assertTrue(silent.ends());
      assertTrue(half.ends());
    }
  }
}
