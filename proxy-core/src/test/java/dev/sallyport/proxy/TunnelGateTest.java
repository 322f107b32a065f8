package dev.sallyport.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.proxy.testing.Await;
import dev.sallyport.proxy.testing.Hello;
import dev.sallyport.proxy.testing.Policies;
import dev.sallyport.proxy.testing.TestCertificate;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.TestOrigin;
import dev.sallyport.proxy.testing.Wire;
import dev.sallyport.proxy.transport.Transport;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Tunnels through a running gate.
@ParameterizedClass
@MethodSource("dev.sallyport.proxy.testing.Transports#available")
class TunnelGateTest {
  private static final byte[] ACCESS_DENIED = {21, 3, 3, 0, 2, 2, 49};
  private static final int MIB = 1024 * 1024;

  private static final String POLICY =
      Policies.allowing(
          "{host: tls.example.com}",
          "{host: ech.example.com, ech: deny}",
          "{host: nameless.example.com, sni: absent}",
          "{host: any.example.com, tunnel: any}",
          "{address: 192.0.2.1}");

  private final Transport transport;
  @TempDir private Path folder = Path.of("");

  TunnelGateTest(Transport transport) {
    this.transport = transport;
  }

  private TestGate gate(TestOrigin origin, String... settings) throws Exception {
    String all = "connect-to: {\"*:443\": \"127.0.0.1:" + origin.port() + "\"}\n";
    return TestGate.start(transport, folder, all + String.join("\n", settings), POLICY);
  }

  @Test
  void carriesTlsAndRecordsIt() throws Exception {
    try (TestOrigin origin =
            TestOrigin.startTls((client, self) -> client.send("you said " + client.read(2)));
        TestGate gate = gate(origin)) {
      try (Socket tunnel = new Socket(gate.address().getAddress(), gate.address().getPort())) {
        Wire plain = Wire.over(tunnel);
        plain.send(TestGate.connect("TLS.example.com.:443"));
        assertEquals("HTTP/1.1 200 Connection Established\r\n\r\n", plain.head());
        try (SSLSocket tls =
            (SSLSocket)
                TestCertificate.context()
                    .getSocketFactory()
                    .createSocket(tunnel, "tls.example.com", 443, true)) {
          var parameters = tls.getSSLParameters();
          parameters.setEndpointIdentificationAlgorithm("HTTPS");
          parameters.setApplicationProtocols(new String[] {"http/1.1"});
          tls.setSSLParameters(parameters);
          Wire wire = Wire.over(tls);
          wire.send("hi");
          assertEquals("you said hi", wire.read(11));
        }
      }
      assertEquals(1, gate.awaitEnds(1).size());
      JsonNode decision = gate.events("decision").getFirst();
      assertEquals("tls.example.com", decision.path("server.address").asText());
      JsonNode close = gate.events("close").getFirst();
      assertEquals("tls.example.com", close.path("tls.client.server_name").asText());
      assertEquals("http/1.1", close.path("tls.next_protocol").asText());
      assertEquals("connect-to", close.path("sallyport.route").asText());
      assertEquals("127.0.0.1", close.path("network.peer.address").asText());
      assertTrue(close.path("sallyport.bytes.sent").asLong() > 100);
      assertTrue(close.path("sallyport.bytes.received").asLong() > 100);
      assertEquals(List.of("allow listed"), gate.decisions());
      assertTrue(gate.verify().holds(), () -> gate.events().toString());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "tls.example.com, named other.example.com, sni-mismatch",
    "tls.example.com, named denied.example, sni-mismatch",
    "tls.example.com, named tls.example.com., sni-mismatch",
    "tls.example.com, named 192.0.2.1, sni-mismatch",
    "tls.example.com, none, sni-missing",
    "tls.example.com, text, not-tls",
    "tls.example.com, garbled, not-tls",
    "ech.example.com, encrypted ech.example.com, ech-not-allowed",
    "nameless.example.com, named other.example.com, sni-mismatch",
    "192.0.2.1, named other.example.com, sni-mismatch",
    "any.example.com, named denied.example, denied-by-rule",
    "any.example.com, named denied.example., sni-mismatch",
    "any.example.com, garbled, not-tls",
  })
  void refusesWhatDoesNotFitThePermit(String host, String opening, String reason) throws Exception {
    AtomicInteger octets = new AtomicInteger();
    try (TestOrigin origin =
            TestOrigin.start((client, self) -> octets.addAndGet(client.rest().length));
        TestGate gate = gate(origin);
        Wire client = gate.tunnel(host + ":443")) {
      client.send(octets(opening));
      assertArrayEquals(ACCESS_DENIED, client.rest());
      assertEquals(List.of(reason + " gate"), gate.awaitEnds(1));
      assertEquals(List.of("allow listed", "deny " + reason), gate.decisions());
      Await.until("the origin's connection ends", () -> origin.open() == 0);
      assertEquals(0, octets.get());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "tls.example.com, named tls.example.com",
    "tls.example.com, named TLS.Example.COM",
    "tls.example.com, encrypted tls.example.com",
    "nameless.example.com, none",
    "nameless.example.com, named nameless.example.com",
    "192.0.2.1, none",
    "any.example.com, named other.example.com",
    "any.example.com, none",
    "any.example.com, text",
  })
  void passesWhatFits(String host, String opening) throws Exception {
    byte[] sent = octets(opening);
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin);
        Wire client = gate.tunnel(host + ":443")) {
      client.send(sent).endOutput();
      assertArrayEquals(sent, client.rest());
      assertEquals(List.of("allow listed"), gate.decisions());
      assertTrue(gate.awaitEnds(1).getFirst().startsWith("done "), gate.ends().toString());
    }
  }

  private static byte[] octets(String opening) {
    String[] words = opening.split(" ", 2);
    return switch (words[0]) {
      case "named" -> Hello.to(words[1]);
      case "none" -> Hello.withoutName();
      case "encrypted" -> Hello.encryptedBehind(words[1]);
      case "garbled" -> Hello.garbled();
      default -> "SSH-2.0-test\r\n".getBytes(ISO_8859_1);
    };
  }

  /// The answer must arrive, although the client goes on sending what nobody reads.
  @Test
  void aRefusedTunnelGetsItsAlertInSpiteOfWhatFollows() throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin);
        Wire client = gate.tunnel("tls.example.com:443")) {
      client.send(Hello.to("other.example.com"));
      client.send(new byte[48 * 1024]);
      assertArrayEquals(ACCESS_DENIED, client.rest());
      client.send(new byte[1024]);
      assertEquals(List.of("sni-mismatch gate"), gate.awaitEnds(1));
    }
  }

  @Test
  void aHelloThatIsCutShortIsRefused() throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin);
        Wire client = gate.tunnel("tls.example.com:443")) {
      client.send(Hello.to("tls.example.com"), 20).endOutput();
      assertArrayEquals(ACCESS_DENIED, client.rest());
      assertEquals(List.of("not-tls gate"), gate.awaitEnds(1));
    }
  }

  @Test
  void aSlowHelloIsRefused() throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin, "limits: {time: {client-hello: 500ms}}");
        Wire client = gate.client()) {
      // Together with the CONNECT, so that something has come however slow the test is.
      String hello = new String(Hello.to("tls.example.com"), ISO_8859_1);
      client.send(TestGate.connect("tls.example.com:443") + hello.substring(0, 20));
      assertTrue(client.head().startsWith("HTTP/1.1 200 "));
      assertArrayEquals(ACCESS_DENIED, client.rest());
      assertEquals(List.of("not-tls gate"), gate.awaitEnds(1));
    }
  }

  @Test
  void aHelloAboveTheLimitIsRefused() throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin, "limits: {client-hello: 512B}");
        Wire client = gate.tunnel("tls.example.com:443")) {
      client.send(new byte[] {22, 3, 1, 8, 0, 1, 0, 7, (byte) 0xfc});
      client.send(new byte[600]);
      assertArrayEquals(ACCESS_DENIED, client.rest());
      assertEquals(List.of("not-tls gate"), gate.awaitEnds(1));
    }
  }

  @Test
  void silenceEndsATunnelThatNeedsAHello() throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin, "limits: {time: {client-hello: 100ms}}");
        Wire client = gate.tunnel("tls.example.com:443")) {
      assertEquals(0, client.rest().length);
      assertEquals(List.of("idle gate"), gate.awaitEnds(1));
      assertEquals(List.of("allow listed"), gate.decisions());
    }
  }

  @Test
  void aClientThatLeavesBeforeItsHelloIsRecordedOnce() throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin)) {
      gate.tunnel("tls.example.com:443").close();
      assertEquals(List.of("client-gone client"), gate.awaitEnds(1));
      Await.until("the origin's connection ends", () -> origin.open() == 0);
    }
  }

  @Test
  void aHelloRightBehindTheConnectPasses() throws Exception {
    byte[] hello = Hello.to("tls.example.com");
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      client.send(TestGate.connect("tls.example.com:443") + new String(hello, ISO_8859_1));
      assertTrue(client.head().startsWith("HTTP/1.1 200 "));
      assertEquals(new String(hello, ISO_8859_1), client.read(hello.length));
    }
  }

  /// The client's half ends before the tunnel stands; on epoll the gate hears of it while it dials.
  @Test
  void everythingMayComeBeforeTheTunnelStands() throws Exception {
    byte[] hello = Hello.to("tls.example.com");
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      client.send(TestGate.connect("tls.example.com:443") + new String(hello, ISO_8859_1));
      client.endOutput();
      assertTrue(client.head().startsWith("HTTP/1.1 200 "));
      assertArrayEquals(hello, client.rest());
      assertTrue(gate.awaitEnds(1).getFirst().startsWith("done "), gate.ends().toString());
    }
  }

  @Test
  void withTunnelAnyTheOriginMaySpeakFirst() throws Exception {
    try (TestOrigin origin =
            TestOrigin.start(
                (client, self) -> {
                  client.send("220 ready\r\n");
                  client.send(client.read(4));
                });
        TestGate gate = gate(origin);
        Wire client = gate.tunnel("any.example.com:443")) {
      assertEquals("220 ready\r\n", client.read(11));
      client.send("QUIT");
      assertEquals("QUIT", client.restOfText());
    }
  }

  /// A client that only listens may end its half at once.
  @Test
  void withTunnelAnyAClientMayOnlyListen() throws Exception {
    try (TestOrigin origin =
            TestOrigin.start(
                (client, self) -> {
                  int sent = client.rest().length;
                  client.send("it is noon, and you sent " + sent);
                });
        TestGate gate = gate(origin);
        Wire client = gate.tunnel("any.example.com:443")) {
      client.endOutput();
      assertEquals("it is noon, and you sent 0", client.restOfText());
      assertTrue(gate.awaitEnds(1).getFirst().startsWith("done "), gate.ends().toString());
    }
  }

  @Test
  void halfClosesTowardsTheClient() throws Exception {
    try (TestOrigin origin =
            TestOrigin.start(
                (client, self) -> {
                  client.send("bye").endOutput();
                  client.rest();
                });
        TestGate gate = gate(origin);
        Wire client = gate.tunnel("any.example.com:443")) {
      assertEquals("bye", client.restOfText());
      assertEquals(List.of(), gate.events("close"));
      client.send("still here").endOutput();
      assertEquals(List.of("done client"), gate.awaitEnds(1));
      assertEquals(10, gate.events("close").getFirst().path("sallyport.bytes.sent").asLong());
    }
  }

  @Test
  void carriesMuchToASlowOriginInBoundedMemory() throws Exception {
    AtomicLong received = new AtomicLong();
    AtomicInteger go = new AtomicInteger();
    try (TestOrigin origin =
            TestOrigin.start(
                (client, self) -> {
                  Await.until("the test says go", () -> go.get() > 0);
                  received.set(client.skip(Long.MAX_VALUE));
                });
        TestGate gate = gate(origin);
        Wire client = gate.tunnel("any.example.com:443")) {
      long accepted = pushUntilStuck(client, 64, go);
      assertTrue(accepted < 40L * MIB, "the gate took " + accepted);
      client.endOutput();
      assertEquals(0, client.rest().length);
      Await.until("all has come", () -> received.get() == 64L * MIB);
    }
  }

  @Test
  void carriesMuchToASlowClientInBoundedMemory() throws Exception {
    AtomicLong sent = new AtomicLong();
    try (TestOrigin origin =
            TestOrigin.start(
                (client, self) -> {
                  for (int i = 0; i < 64; i++) {
                    client.send(new byte[MIB]);
                    sent.addAndGet(MIB);
                  }
                });
        TestGate gate = gate(origin);
        Wire client = gate.tunnel("any.example.com:443")) {
      awaitStuck(sent);
      assertTrue(sent.get() < 40L * MIB, "the gate took " + sent);
      assertEquals(64L * MIB, client.skip(Long.MAX_VALUE));
    }
  }

  /// The client's half has ended; what goes to it must still wait until it can be written.
  @Test
  void carriesMuchToAClientWhoseHalfHasEnded() throws Exception {
    AtomicLong sent = new AtomicLong();
    try (TestOrigin origin =
            TestOrigin.start(
                (client, self) -> {
                  client.rest();
                  for (int i = 0; i < 64; i++) {
                    client.send(new byte[MIB]);
                    sent.addAndGet(MIB);
                  }
                });
        TestGate gate = gate(origin);
        Wire client = gate.tunnel("any.example.com:443")) {
      client.send("all of it, please").endOutput();
      awaitStuck(sent);
      assertEquals(64L * MIB, client.skip(Long.MAX_VALUE), () -> gate.ends().toString());
      assertTrue(gate.awaitEnds(1).getFirst().startsWith("done "), gate.ends().toString());
    }
  }

  /// Sends so many MiB; returns how much could be sent before the other side began to read.
  private static long pushUntilStuck(Wire client, int mib, AtomicInteger go) throws Exception {
    AtomicLong sent = new AtomicLong();
    AtomicLong stuckAt = new AtomicLong();
    Thread watch =
        Thread.ofVirtual()
            .start(
                () -> {
                  awaitStuck(sent);
                  stuckAt.set(sent.get());
                  go.set(1);
                });
    for (int i = 0; i < mib; i++) {
      client.send(new byte[MIB]);
      sent.addAndGet(MIB);
    }
    watch.join();
    return stuckAt.get();
  }

  /// Waits until a number has begun to grow and then stays the same for a while.
  private static void awaitStuck(AtomicLong number) {
    AtomicLong last = new AtomicLong();
    AtomicInteger same = new AtomicInteger();
    Await.until(
        "it stops growing",
        () -> {
          long now = number.get();
          same.set(now > 0 && now == last.getAndSet(now) ? same.get() + 1 : 0);
          return same.get() > 150;
        });
  }

  @Test
  void aTunnelWithoutOctetsEnds() throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate = gate(origin, "limits: {time: {idle: 150ms}}");
        Wire client = gate.tunnel("any.example.com:443")) {
      client.rest();
      assertEquals(List.of("idle gate"), gate.awaitEnds(1));
    }
  }

  @Test
  void resetsEndATunnelOnce() throws Exception {
    try (TestOrigin origin =
            TestOrigin.start(
                (client, self) -> {
                  if (client.read(1).equals("o")) {
                    client.reset();
                  } else {
                    client.rest();
                  }
                });
        TestGate gate = gate(origin)) {
      try (Wire client = gate.tunnel("any.example.com:443")) {
        client.send("o");
        assertTrue(client.ends());
      }
      assertEquals("origin", gate.awaitEnds(1).getFirst().split(" ", -1)[1]);
      Wire client = gate.tunnel("any.example.com:443");
      client.send("c");
      client.reset();
      assertEquals("client", gate.awaitEnds(2).get(1).split(" ", -1)[1]);
      assertEquals(2, gate.events("decision").size());
      Await.until("no connection is left", () -> gate.gate().openConnections() == 0);
      assertFalse(gate.gate().metrics().openTunnels() > 0);
    }
  }
}
