package dev.sallyport.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.http2.Http2Bounds;
import dev.sallyport.proxy.testing.Await;
import dev.sallyport.proxy.testing.Http2Wire;
import dev.sallyport.proxy.testing.TestAuthority;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.TestOrigin;
import dev.sallyport.proxy.testing.Wire;
import dev.sallyport.proxy.transport.Transport;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Connections to origins of HTTP/2 that several requests share.
@ParameterizedClass
@MethodSource("dev.sallyport.proxy.testing.Transports#available")
class Http2OriginGateTest {
  private static final String HOST = "api.example.com";
  private static final int MIB = 1 << 20;
  private static final String POLICY =
      """
      sallyport: 1
      name: test
      classes:
        model:
          intercept: true
          allow: [{host: api.example.com, methods: [GET, HEAD]}]
      profiles: {all: {classes: [model]}}
      assign: [{anonymous: true, profile: all}]
      """;

  private final Transport transport;
  @TempDir private Path folder = Path.of("");

  Http2OriginGateTest(Transport transport) {
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

  /// An origin that does with each request what its path says: `/open` is answered and left open,
  /// `/done` ends, `/big` is 8 MiB, `/leave` is left open behind a GOAWAY, `/die` ends the
  /// connection.
  private static TestOrigin origin(Http2Settings settings) throws Exception {
    return TestOrigin.startTls(
        HOST,
        List.of("h2"),
        (client, self) -> {
          try (Http2Wire connection = Http2Wire.origin(client, settings)) {
            for (Optional<Http2Wire.Stream> next = connection.accept();
                next.isPresent();
                next = connection.accept()) {
              String status = next.get().field("x-status");
              Http2Wire.Stream stream =
                  next.get().head(":status: " + (status.equals("null") ? "200" : status));
              if (!stream.field(":path").equals("/more")) {
                stream.send("hi");
              }
              switch (stream.field(":path")) {
                case "/done" -> stream.end();
                case "/big" -> stream.send(new byte[8 * MIB]).end();
                case "/leave" -> connection.sayGoAway();
                case "/more" ->
                    stream.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsmuggled").end();
                case "/die" -> {
                  return;
                }
                default -> {}
              }
            }
          }
        });
  }

  private static Http2Wire client(TestGate gate) throws IOException {
    return Http2Wire.client(gate.intercepted(HOST, "h2"));
  }

  private static Http2Wire.Stream get(Http2Wire client, String path) throws IOException {
    return client.ask(":method: GET", ":scheme: https", ":authority: " + HOST, ":path: " + path);
  }

  private static Http2Wire.Stream answered(Http2Wire client, String path) throws IOException {
    Http2Wire.Stream stream = get(client, path);
    assertEquals(200, stream.status());
    assertEquals("hi", stream.read(2));
    return stream;
  }

  @Test
  void requestsAtATimeShareAConnectionUpToTheBound() throws Exception {
    try (TestOrigin origin = origin(Http2Settings.defaultSettings());
        TestGate gate = gate(origin);
        Http2Wire client = client(gate)) {
      answered(client, "/done");
      List<Http2Wire.Stream> open = new ArrayList<>();
      for (int i = 0; i < Http2Bounds.ORIGIN_STREAMS; i++) {
        open.add(answered(client, "/open"));
      }
      assertEquals(1, origin.accepted());
      answered(client, "/open");
      assertEquals(2, origin.accepted());
      open.getFirst().reset(Http2Error.CANCEL);
      gate.awaitEnds(2);
      answered(client, "/open");
      assertEquals(2, origin.accepted());
    }
  }

  @Test
  void anOriginSaysHowManyItTakes() throws Exception {
    try (TestOrigin origin = origin(Http2Settings.defaultSettings().maxConcurrentStreams(2));
        TestGate gate = gate(origin);
        Http2Wire client = client(gate)) {
      answered(client, "/done");
      for (int i = 0; i < 4; i++) {
        answered(client, "/open");
        assertEquals(1 + i / 2, origin.accepted());
      }
    }
  }

  @Test
  void behindAGoAwayWhatIsInFlightGoesOn() throws Exception {
    try (TestOrigin origin = origin(Http2Settings.defaultSettings());
        TestGate gate = gate(origin);
        Http2Wire client = client(gate)) {
      answered(client, "/done");
      Http2Wire.Stream leaving = answered(client, "/leave");
      Await.until("another connection is used", () -> answersElsewhere(client, origin));
      assertFalse(gate.ends().contains("origin-protocol origin"), gate.ends()::toString);
      leaving.reset(Http2Error.CANCEL);
      Await.until("the first one is closed", () -> origin.open() == 1);
    }
  }

  private static boolean answersElsewhere(Http2Wire client, TestOrigin origin) {
    try {
      answered(client, "/open");
      return origin.accepted() == 2;
    } catch (IOException failed) {
      throw new AssertionError(failed);
    }
  }

  @Test
  void aConnectionThatFailsTakesOnlyItsOwnRequests() throws Exception {
    try (TestOrigin origin = origin(Http2Settings.defaultSettings().maxConcurrentStreams(2));
        TestGate gate = gate(origin);
        Http2Wire client = client(gate)) {
      answered(client, "/done");
      Http2Wire.Stream one = answered(client, "/open");
      Http2Wire.Stream two = answered(client, "/open");
      answered(client, "/done");
      assertEquals(2, origin.accepted());
      Http2Wire.Stream other = answered(client, "/open");
      Http2Wire.Stream dying = answered(client, "/die");
      assertFalse(dying.awaitEnd());
      assertFalse(other.awaitEnd());
      assertEquals(
          List.of("done origin", "done origin", "origin-protocol origin", "origin-protocol origin"),
          gate.awaitEnds(4));
      one.reset(Http2Error.CANCEL);
      two.reset(Http2Error.CANCEL);
      assertTrue(gate.awaitEnds(6).contains("client-gone client"));
    }
  }

  @Test
  void aStreamThatNobodyReadsHoldsUpNoOther() throws Exception {
    try (TestOrigin origin = origin(Http2Settings.defaultSettings());
        TestGate gate = gate(origin);
        Http2Wire client = client(gate)) {
      // So that the client's own connection is not what stops.
      client.write(new DefaultHttp2WindowUpdateFrame(4 * MIB));
      answered(client, "/done");
      for (int i = 0; i < Http2Bounds.ORIGIN_STREAMS - 1; i++) {
        answered(client, "/big").holdBack();
      }
      for (int i = 0; i < 5; i++) {
        assertEquals("", answered(client, "/done").rest());
      }
      assertEquals(1, origin.accepted());
    }
  }

  /// What stands behind an answer that has no body would be the answer to the client's next
  /// request.
  @ParameterizedTest
  @CsvSource({"HEAD, 200", "GET, 204", "GET, 304"})
  void anAnswerWithoutABodyHasNone(String method, String status) throws Exception {
    try (TestOrigin origin = origin(Http2Settings.defaultSettings());
        TestGate gate = gate(origin);
        Wire client = gate.intercepted(HOST, "http/1.1")) {
      client.send(
          method + " /more HTTP/1.1\r\nHost: " + HOST + "\r\nX-Status: " + status + "\r\n\r\n");
      String all = client.restOfText();
      assertTrue(all.startsWith("HTTP/1.1 " + status + " "), all);
      assertFalse(all.contains("smuggled"), all);
      assertEquals(List.of("origin-protocol origin"), gate.awaitEnds(1));
    }
  }
}
