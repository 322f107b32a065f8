package dev.sallyport.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.proxy.limit.ChannelBounds;
import dev.sallyport.proxy.testing.Await;
import dev.sallyport.proxy.testing.Http2Wire;
import dev.sallyport.proxy.testing.Policies;
import dev.sallyport.proxy.testing.SocketEntrance;
import dev.sallyport.proxy.testing.SocketEntrance.Socket;
import dev.sallyport.proxy.testing.TestAuthority;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.TestOrigin;
import dev.sallyport.proxy.testing.Wire;
import dev.sallyport.proxy.transport.Transport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// WebSockets through a running gate, by every way in which a client may ask for one.
@ParameterizedClass
@MethodSource("dev.sallyport.proxy.testing.Transports#available")
class WebSocketGateTest {
  private static final String HOST = "api.example.com";
  private static final String VERSION = "Sec-WebSocket-Version: 13";
  private static final int MIB = 1 << 20;
  private static final int SOME = 256 * 1024;
  private static final String POLICY =
      """
      sallyport: 1
      name: test
      classes:
        model:
          intercept: true
          upload-limit: 8MiB
          allow:
            - {host: api.example.com, scheme: any, methods: [GET, POST], paths: [/v1/**]}
            - {host: api.example.com, scheme: any, methods: [GET], paths: [/read/**]}
      profiles: {all: {classes: [model]}}
      assign: [{anonymous: true, profile: all}]
      """;

  private final Transport transport;
  @TempDir private Path folder = Path.of("");

  WebSocketGateTest(Transport transport) {
    this.transport = transport;
  }

  private TestGate gate(TestOrigin origin, String... settings) throws Exception {
    String all =
        "connect-to: {\"*:*\": \"127.0.0.1:"
            + origin.port()
            + "\"}\nintercept: {authority: memory}\nupstream: {roots: "
            + TestAuthority.rootFile(folder)
            + "}\n";
    return TestGate.start(transport, folder, all + String.join("\n", settings), POLICY);
  }

  private static TestOrigin origin(SocketEntrance entrance, TestOrigin.Conversation conversation)
      throws Exception {
    return entrance == SocketEntrance.ABSOLUTE_FORM
        ? TestOrigin.start(conversation)
        : TestOrigin.startTls(HOST, List.of("h2", "http/1.1"), conversation);
  }

  private static String accept(String head) {
    String key =
        head.lines()
            .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key: "))
            .map(line -> line.substring(19))
            .findFirst()
            .orElse("");
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1")
              .digest(
                  (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                      .getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException missing) {
      throw new AssertionError(missing);
    }
  }

  private static String switching(String head) {
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: upgrade\r\n"
        + "Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Accept: "
        + accept(head)
        + "\r\n\r\n";
  }

  /// Agrees, and sends back what it gets.
  private static void echo(Wire client, TestOrigin self) throws IOException {
    client.send(switching(self.head(client)));
    byte[] part = new byte[64 * 1024];
    for (int n = client.readSome(part); n >= 0; n = client.readSome(part)) {
      client.send(part, n);
    }
    client.endOutput();
  }

  private static Socket ask(SocketEntrance entrance, TestGate gate, String... fields)
      throws IOException {
    return entrance.ask(gate, HOST, "/v1/socket", "websocket", fields);
  }

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /// What is asked for.
  ///
  /// @param answer the origin's, in which `ACCEPT` stands for the right value; empty where no
  ///   origin is to be touched
  private record Case(
      String path, String protocol, List<String> fields, String answer, int status, String reason) {
    static Case refused(String path, String protocol, String reason, String... fields) {
      return new Case(path, protocol, List.of(fields), "", 403, reason);
    }

    static Case answered(String answer, int status, String reason) {
      return new Case("/v1/a", "websocket", List.of(VERSION), answer, status, reason);
    }
  }

  private static final String SWITCHING =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n";
  private static final List<Case> CASES =
      List.of(
          Case.answered(SWITCHING + "Upgrade: websocket\r\nSec-WebSocket-Accept: ACCEPT", 101, ""),
          Case.refused("/private", "websocket", "path-not-allowed", VERSION),
          Case.refused("/read/a", "websocket", "method-not-allowed", VERSION),
          Case.refused("/v1/a", "websocket", "upgrade-not-allowed", "Sec-WebSocket-Version: 8"),
          Case.refused("/v1/a", "websocket", "upgrade-not-allowed"),
          Case.refused("/v1/a", "websocket", "upgrade-not-allowed", VERSION, VERSION),
          Case.refused("/v1/a", "websocket2", "upgrade-not-allowed", VERSION),
          Case.refused("/v1/a", "connect-udp", "upgrade-not-allowed", VERSION),
          Case.answered("HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nthere", 404, ""),
          Case.answered("HTTP/1.1 426 No\r\nUpgrade: x\r\nContent-Length: 0\r\n\r\n", 426, ""),
          Case.answered("HTTP/1.1 302 There\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n", 302, ""),
          Case.answered("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 502, "origin-protocol"),
          Case.answered("HTTP/1.1 204 No Content\r\n\r\n", 502, "origin-protocol"),
          Case.answered(
              SWITCHING
                  + "Upgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOx=",
              502,
              "origin-protocol"),
          Case.answered(SWITCHING + "Upgrade: websocket", 502, "origin-protocol"),
          Case.answered(SWITCHING + "Sec-WebSocket-Accept: ACCEPT", 502, "origin-protocol"),
          Case.answered(
              SWITCHING + "Upgrade: h2c\r\nSec-WebSocket-Accept: ACCEPT", 502, "origin-protocol"),
          Case.answered(
              SWITCHING + "Upgrade: websocket, x\r\nSec-WebSocket-Accept: ACCEPT",
              502,
              "origin-protocol"),
          Case.answered(
              SWITCHING.replace("Connection: upgrade\r\n", "")
                  + "Upgrade: websocket\r\nSec-WebSocket-Accept: ACCEPT",
              502,
              "origin-protocol"),
          Case.answered(
              SWITCHING.replace("HTTP/1.1", "HTTP/1.0")
                  + "Upgrade: websocket\r\nSec-WebSocket-Accept: ACCEPT",
              502,
              "origin-protocol"));

  static Stream<SocketEntrance> entrances() {
    return Stream.of(SocketEntrance.values());
  }

  @ParameterizedTest
  @EnumSource
  void everyWayIsJudgedAlike(SocketEntrance entrance) throws Exception {
    List<String> got = new ArrayList<>();
    List<String> wanted = new ArrayList<>();
    List<String> answers =
        CASES.stream().map(Case::answer).filter(text -> !text.isEmpty()).toList();
    try (TestOrigin origin =
            origin(
                entrance,
                (client, self) -> {
                  String head = self.head(client);
                  String answer = answers.get(self.heads().length - 1);
                  client.send(answer.replace("ACCEPT", accept(head)));
                  client.send(answer.contains("\r\n\r\n") ? "" : "\r\n\r\n");
                  client.rest();
                });
        TestGate gate = gate(origin)) {
      for (Case each : CASES) {
        String[] fields = each.fields().toArray(String[]::new);
        try (Socket socket = entrance.ask(gate, HOST, each.path(), each.protocol(), fields)) {
          int status = socket.status();
          String body = status == 101 ? "" : socket.body();
          boolean told = body.contains("\"reason\":\"" + each.reason() + "\"");
          got.add(each + " " + status + (each.reason().isEmpty() || told ? "" : body));
        }
        wanted.add(each + " " + each.status());
      }
      assertEquals(String.join("\n", wanted), String.join("\n", got));
      assertEquals(answers.size(), origin.accepted());
      List<String> reasons =
          gate.events("decision").stream()
              .filter(event -> !event.path("url.path").asText().isEmpty())
              .map(
                  event ->
                      event.path("sallyport.reason").asText()
                          + event.path("sallyport.upgrade").asText())
              .toList();
      // What is asked for and is none is not called one.
      assertEquals(
          CASES.stream()
              .map(
                  each ->
                      each.status() == 403 && each.answer().isEmpty() ? each.reason() : "listed")
              .map(reason -> reason + (reason.equals("upgrade-not-allowed") ? "" : "websocket"))
              .toList(),
          reasons);
    }
  }

  @ParameterizedTest
  @EnumSource
  void octetsPassBothWaysAndTheEndIsOnRecord(SocketEntrance entrance) throws Exception {
    try (TestOrigin origin = origin(entrance, WebSocketGateTest::echo);
        TestGate gate = gate(origin);
        Socket socket =
            ask(
                entrance,
                gate,
                VERSION,
                "Sec-WebSocket-Protocol: chat",
                "Origin: https://a.example")) {
      assertEquals(101, socket.status());
      assertEquals("chat", socket.field("sec-websocket-protocol"));
      String head = origin.heads()[0];
      assertTrue(head.startsWith("GET /v1/socket HTTP/1.1\r\nhost: api.example.com\r\n"), head);
      assertTrue(head.toLowerCase(Locale.ROOT).contains("origin: https://a.example\r\n"), head);
      for (int i = 0; i < 3; i++) {
        socket.send(octets("\u0081\u0002h" + i));
        assertEquals("\u0081\u0002h" + i, socket.read(4));
      }
      socket.send(new byte[SOME]);
      assertEquals(SOME, socket.read(SOME).length());
      assertTrue(gate.events("close").isEmpty(), gate.ends()::toString);
      socket.end();
      assertTrue(socket.ends());
      gate.awaitEnds(1);
      JsonNode end = gate.events("close").getFirst();
      assertEquals("done origin", gate.ends().getFirst());
      assertEquals(101, end.path("http.response.status_code").asInt());
      assertEquals("/v1/socket", end.path("url.path").asText());
      assertEquals("GET", end.path("http.request.method").asText());
      assertEquals(
          SOME + 12 + head.length(), end.path("sallyport.bytes.sent").asLong(), end::toString);
      assertEquals(
          SOME + 12 + switching(head).length(), end.path("sallyport.bytes.received").asLong());
      Await.until("the origin's connection is closed", () -> origin.open() == 0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theOriginMayEndFirst(SocketEntrance entrance) throws Exception {
    try (TestOrigin origin =
            origin(
                entrance,
                (client, self) -> {
                  client.send(switching(self.head(client)) + "bye").endOutput();
                  assertEquals("late", client.restOfText());
                });
        TestGate gate = gate(origin);
        Socket socket = ask(entrance, gate, VERSION)) {
      assertEquals(101, socket.status());
      assertEquals("bye", socket.read(3));
      assertTrue(socket.ends());
      socket.send(octets("late"));
      socket.end();
      assertEquals("done client", gate.awaitEnds(1).getFirst());
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatComesEarlyWaitsForTheOrigin(SocketEntrance entrance) throws Exception {
    try (TestOrigin origin =
            origin(
                entrance,
                (client, self) -> {
                  String head = self.head(client);
                  client.send("HTTP/1.1 102 Wait\r\n\r\n");
                  if (self.accepted() == 1) {
                    client.send(
                        "HTTP/1.1 403 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
                    assertEquals("", client.restOfText());
                  } else {
                    client.send(switching(head)).send(client.read(5));
                  }
                });
        TestGate gate = gate(origin)) {
      try (Socket refused = ask(entrance, gate, VERSION)) {
        refused.send(octets("GET /v1/smuggled HTTP/1.1\r\nHost: api.example.com\r\n\r\n"));
        assertEquals(403, refused.status());
      }
      try (Socket socket = ask(entrance, gate, VERSION)) {
        socket.send(octets("early"));
        assertEquals(101, socket.status());
        assertEquals("early", socket.read(5));
      }
      assertEquals(2, origin.heads().length);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aNewPolicyEndsIt(SocketEntrance entrance) throws Exception {
    try (TestOrigin origin = origin(entrance, WebSocketGateTest::echo);
        TestGate gate = gate(origin);
        Socket socket = ask(entrance, gate, VERSION)) {
      assertEquals(101, socket.status());
      gate.reload(POLICY.replace("/v1/**", "/v2/**"));
      socket.ends();
      assertTrue(gate.awaitEnds(1).contains("policy-changed gate"), gate.ends()::toString);
      Await.until("the origin's connection is closed", () -> origin.open() == 0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aKillSwitchEndsIt(SocketEntrance entrance) throws Exception {
    try (TestOrigin origin = origin(entrance, WebSocketGateTest::echo);
        TestGate gate = gate(origin);
        Socket socket = ask(entrance, gate, VERSION)) {
      assertEquals(101, socket.status());
      socket.send(octets("hi"));
      assertEquals("hi", socket.read(2));
      gate.gate().changes().kill(Policies.kill(Policies.killable(HOST)));
      socket.ends();
      assertTrue(gate.awaitEnds(1).contains("killed gate"), gate.ends()::toString);
      Await.until("the origin's connection is closed", () -> origin.open() == 0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void itEndsWhenNothingMoves(SocketEntrance entrance) throws Exception {
    try (TestOrigin origin = origin(entrance, WebSocketGateTest::echo);
        TestGate gate = gate(origin, "limits: {time: {idle: 500ms}}");
        Socket socket = ask(entrance, gate, VERSION)) {
      assertEquals(101, socket.status());
      socket.ends();
      assertTrue(gate.awaitEnds(1).contains("idle gate"), gate.ends()::toString);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsSentCountsToTheUploadLimit(SocketEntrance entrance) throws Exception {
    try (TestOrigin origin =
            origin(
                entrance,
                (client, self) -> {
                  client.send(switching(self.head(client)));
                  client.skip(Long.MAX_VALUE);
                });
        TestGate gate = gate(origin);
        Socket socket = ask(entrance, gate, VERSION)) {
      assertEquals(101, socket.status());
      Thread sender = Thread.ofVirtual().start(() -> sendMuch(socket));
      gate.awaitEnds(1);
      assertTrue(gate.ends().contains("upload-limit gate"), gate.ends()::toString);
      assertTrue(gate.decisions().contains("deny upload-limit"), gate.decisions()::toString);
      sender.join();
    }
  }

  private static void sendMuch(Socket socket) {
    try {
      for (int i = 0; i < 9; i++) {
        socket.send(new byte[MIB]);
      }
      socket.read(1);
    } catch (IOException ended) {
      // The gate's doing, which the test looks at.
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatTheClientDoesNotReadStaysAtTheOrigin(SocketEntrance entrance) throws Exception {
    AtomicLong sent = new AtomicLong();
    try (TestOrigin origin =
            origin(
                entrance,
                (client, self) -> {
                  client.send(switching(self.head(client)));
                  for (byte[] part = new byte[16 * 1024]; true; sent.addAndGet(part.length)) {
                    client.send(part);
                  }
                });
        TestGate gate = gate(origin)) {
      try (Socket socket = ask(entrance, gate, VERSION)) {
        assertEquals(101, socket.status());
        Await.until("octets wait", () -> gate.gate().heldOctets() > 0);
        Await.until("the origin is held back", Await.isStill(sent));
        long held = gate.gate().heldOctets();
        assertTrue(held <= 3 * ChannelBounds.HIGH_OCTETS, () -> "held: " + held);
      }
      Await.until("nothing waits", () -> gate.gate().heldOctets() == 0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWebSocketNeverUsesAConnectionThatWasKept(SocketEntrance entrance) throws Exception {
    try (TestOrigin origin =
            origin(
                entrance,
                (client, self) -> {
                  for (String head = self.head(client); !head.isEmpty(); head = self.head(client)) {
                    client.send("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
                  }
                });
        TestGate gate = gate(origin)) {
      for (int i = 0; i < 2; i++) {
        try (Socket socket = ask(entrance, gate, VERSION)) {
          assertEquals(404, socket.status());
        }
      }
      assertEquals(2, origin.accepted());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZR==",
        "GET|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j",
        "GET|Sec-WebSocket-Key: not base 64",
        "GET|Sec-WebSocket-Key:",
        "GET|X: no key",
        "GET|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "GET|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nUpgrade: websocket",
        "GET|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nContent-Length: 3",
        "HEAD|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      })
  void aHandshakeThatIsNotInOrderIsRefused(String how) throws Exception {
    String[] parts = how.split("\\|", 2);
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      gate.reload(POLICY.replace("[GET, POST]", "[GET, HEAD, POST]"));
      client.send(
          parts[0]
              + " http://api.example.com/v1/a HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\n"
              + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
              + parts[1]
              + "\r\n\r\n");
      assertEquals(403, client.answerToHead().status());
      assertEquals(List.of("deny upgrade-not-allowed"), gate.decisions());
      assertEquals(0, origin.accepted());
    }
  }

  /// The refusal closes: what follows could be octets of the protocol that was asked for.
  @Test
  void whatFollowsARefusedChangeIsNotReadAsARequest() throws Exception {
    try (TestOrigin origin = TestOrigin.startHttp();
        TestGate gate = gate(origin);
        Wire client = gate.client()) {
      client.send(
          "GET http://api.example.com/x HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: y"
              + "\r\n\r\nGET http://api.example.com/v1/a HTTP/1.1\r\nHost: a\r\n\r\n");
      String all = client.restOfText();
      assertTrue(all.startsWith("HTTP/1.1 403 "), all);
      assertFalse(all.contains("200 OK"), all);
      assertEquals(0, origin.accepted());
    }
  }

  @Test
  void streamsOfOneConnectionGoOnBesideIt() throws Exception {
    SocketEntrance entrance = SocketEntrance.EXTENDED_CONNECT;
    try (TestOrigin origin = origin(entrance, WebSocketGateTest::echo);
        TestGate gate = gate(origin);
        Http2Wire client = Http2Wire.client(gate.intercepted(HOST, "h2"))) {
      assertEquals(true, client.settings().connectProtocolEnabled());
      List<Http2Wire.Stream> open = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        open.add(
            client.open(
                ":method: CONNECT",
                ":protocol: websocket",
                ":scheme: https",
                ":authority: " + HOST,
                ":path: /v1/" + i,
                "sec-websocket-version: 13"));
      }
      Http2Wire.Stream plain =
          client.open(":method: CONNECT", ":authority: " + HOST + ":443").end();
      assertEquals(400, plain.status());
      for (int i = 0; i < 4; i++) {
        assertEquals(200, open.get(i).status());
        assertEquals("null", open.get(i).field("sec-websocket-accept"));
        assertEquals("n" + i, open.get(i).send("n" + i).read(2));
      }
      open.getFirst().reset(io.netty.handler.codec.http2.Http2Error.CANCEL);
      gate.awaitEnds(1);
      assertEquals("m", open.getLast().send("m").read(1));
      assertEquals(4, origin.accepted());
    }
  }
}
