package dev.sallyport.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.proxy.testing.Http2Wire;
import dev.sallyport.proxy.testing.Policies;
import dev.sallyport.proxy.testing.TestAuthority;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.TestOrigin;
import dev.sallyport.proxy.testing.Wire;
import dev.sallyport.proxy.transport.Transport;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// Calls of gRPC through a running gate to an origin of HTTP/2: what its protocol has on the wire
/// (PROTOCOL-HTTP2 of the gRPC project), each part by itself.
@ParameterizedClass
@MethodSource("dev.sallyport.proxy.testing.Transports#available")
class GrpcGateTest {
  private static final String HOST = "api.example.com";
  private static final String[] ANSWER = {":status: 200", "content-type: application/grpc"};
  private static final String[] DONE = {"grpc-status: 0", "grpc-message: fine", "x-other: 1"};
  private static final String POLICY =
      """
      sallyport: 1
      name: test
      classes:
        model:
          intercept: true
          allow:
            - {host: api.example.com, methods: [POST], paths: [/pkg.Greeter/*]}
      profiles: {all: {classes: [model]}}
      assign: [{anonymous: true, profile: all}]
      """;

  private final Transport transport;
  @TempDir private Path folder = Path.of("");

  GrpcGateTest(Transport transport) {
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

  /// What the origin does with one call.
  private interface Call {
    void with(Http2Wire.Stream stream) throws IOException;
  }

  private static TestOrigin origin(Call call) throws Exception {
    return TestOrigin.startTls(
        HOST,
        List.of("h2"),
        (client, self) -> {
          assertEquals("h2", client.protocol());
          try (Http2Wire connection = Http2Wire.origin(client)) {
            for (Optional<Http2Wire.Stream> next = connection.accept();
                next.isPresent();
                next = connection.accept()) {
              call.with(next.get());
            }
          }
        });
  }

  private static Http2Wire client(TestGate gate) throws IOException {
    return Http2Wire.client(gate.intercepted(HOST, "h2"));
  }

  private static Http2Wire.Stream call(Http2Wire client, String method) throws IOException {
    return client.open(
        ":method: POST",
        ":scheme: https",
        ":path: /pkg.Greeter/" + method,
        ":authority: " + HOST,
        "te: trailers",
        "content-type: application/grpc",
        "grpc-timeout: 10S");
  }

  private static String message(String text) {
    return "\0\0\0\0" + (char) text.length() + text;
  }

  @Test
  void oneMessageEachWay() throws Exception {
    CompletableFuture<String> te = new CompletableFuture<>();
    CompletableFuture<String> timeout = new CompletableFuture<>();
    try (TestOrigin origin =
            origin(
                stream -> {
                  te.complete(stream.field("te"));
                  timeout.complete(stream.field("grpc-timeout"));
                  assertEquals(message("who"), stream.rest());
                  stream.head(ANSWER).send(message("hello")).lastHead(DONE);
                });
        TestGate gate = gate(origin);
        Http2Wire client = client(gate)) {
      for (int i = 0; i < 2; i++) {
        Http2Wire.Stream call = call(client, "Hello").send(message("who")).end();
        assertEquals(200, call.status());
        assertEquals("application/grpc", call.field("content-type"));
        assertEquals(message("hello"), call.rest());
        assertEquals("0", call.trailer("grpc-status"));
        assertEquals("fine", call.trailer("grpc-message"));
        assertEquals("null", call.trailer("x-other"));
      }
      assertEquals("trailers", te.join());
      assertEquals("10S", timeout.join());
      gate.awaitEnds(2);
      assertEquals(1, origin.accepted());
      JsonNode end = gate.events("close").getFirst();
      assertEquals("/pkg.Greeter/Hello", end.path("url.path").asText());
      assertEquals(200, end.path("http.response.status_code").asInt());
    }
  }

  @Test
  void messagesOfAStreamAreNotHeld() throws Exception {
    try (TestOrigin origin =
            origin(
                stream -> {
                  stream.head(ANSWER);
                  for (int i = 0; i < 50; i++) {
                    // The next message goes out only when this one was seen.
                    stream.send(message("n" + i));
                    assertEquals(message("ok"), stream.read(7));
                  }
                  assertEquals("", stream.rest());
                  stream.lastHead(DONE);
                });
        TestGate gate = gate(origin);
        Http2Wire client = client(gate)) {
      Http2Wire.Stream call = call(client, "Chat");
      for (int i = 0; i < 50; i++) {
        String wanted = message("n" + i);
        assertEquals(wanted, call.read(wanted.length()));
        call.send(message("ok"));
      }
      call.end();
      assertEquals("0", call.trailer("grpc-status"));
    }
  }

  @Test
  void theOriginMayAnswerBeforeTheClientHasEnded() throws Exception {
    try (TestOrigin origin =
            origin(
                stream -> {
                  for (int i = 0; i < 3; i++) {
                    if (i == 0) {
                      stream.head(ANSWER);
                    }
                    stream.send(message("part" + i));
                  }
                  stream.lastHead("grpc-status: 8", "grpc-message: enough");
                });
        TestGate gate = gate(origin);
        Http2Wire client = client(gate)) {
      Http2Wire.Stream call = call(client, "Chat").send(message("a"));
      assertEquals(message("part0") + message("part1") + message("part2"), call.rest());
      assertEquals("8", call.trailer("grpc-status"));
      assertEquals(List.of("done origin"), gate.awaitEnds(1));
    }
  }

  @Test
  void anErrorMayBeAllThereIs() throws Exception {
    try (TestOrigin origin =
            origin(
                stream ->
                    stream.lastHead(
                        ":status: 200",
                        "content-type: application/grpc",
                        "grpc-status: 12",
                        "grpc-message: not%20there"));
        TestGate gate = gate(origin);
        Http2Wire client = client(gate)) {
      Http2Wire.Stream call = call(client, "Nothing").send(message("a")).end();
      assertEquals("", call.rest());
      assertTrue(call.awaitEnd());
      assertEquals("12", call.field("grpc-status"));
      assertEquals("not%20there", call.field("grpc-message"));
    }
  }

  @Test
  void aRefusedCallTouchesNoOrigin() throws Exception {
    try (TestOrigin origin = origin(stream -> stream.lastHead(ANSWER));
        TestGate gate = gate(origin);
        Http2Wire client = client(gate)) {
      Http2Wire.Stream call =
          client.open(":method: POST", ":scheme: https", ":path: /other/x", ":authority: " + HOST);
      assertEquals(403, call.status());
      assertTrue(call.rest().contains("path-not-allowed"));
      assertEquals(0, origin.accepted());
    }
  }

  @Test
  void aClientThatCancelsIsHeardAtTheOrigin() throws Exception {
    CompletableFuture<Boolean> gone = new CompletableFuture<>();
    try (TestOrigin origin =
            origin(
                stream -> {
                  stream.head(ANSWER).send(message("a"));
                  gone.complete(!stream.awaitEnd());
                });
        TestGate gate = gate(origin);
        Http2Wire client = client(gate)) {
      Http2Wire.Stream call = call(client, "Chat");
      assertEquals(message("a"), call.read(6));
      call.reset(Http2Error.CANCEL);
      assertTrue(gone.join());
      assertEquals(List.of("client-gone client"), gate.awaitEnds(1));
    }
  }

  @Test
  void aKillSwitchEndsAnOpenCall() throws Exception {
    CompletableFuture<Boolean> gone = new CompletableFuture<>();
    try (TestOrigin origin =
            origin(
                stream -> {
                  stream.head(ANSWER).send(message("a"));
                  gone.complete(!stream.awaitEnd());
                });
        TestGate gate = gate(origin);
        Http2Wire client = client(gate)) {
      Http2Wire.Stream call = call(client, "Chat");
      assertEquals(message("a"), call.read(6));
      gate.gate().changes().kill(Policies.kill(Policies.killable(HOST)));
      assertEquals(false, call.awaitEnd());
      assertTrue(gone.join());
      assertTrue(gate.awaitEnds(2).contains("killed gate"), gate.ends()::toString);
    }
  }

  @Test
  void anOriginThatResetsACallIsNoEnd() throws Exception {
    try (TestOrigin origin =
            origin(
                stream -> {
                  stream.head(ANSWER).send(message("a")).read(1);
                  stream.reset(Http2Error.INTERNAL_ERROR);
                });
        TestGate gate = gate(origin);
        Http2Wire client = client(gate)) {
      Http2Wire.Stream call = call(client, "Chat");
      assertEquals(message("a"), call.read(6));
      call.send("b");
      assertEquals(false, call.awaitEnd());
      assertEquals(List.of("origin-protocol origin"), gate.awaitEnds(1));
    }
  }

  /// A client of HTTP/1.1 gets the trailers behind the last chunk.
  @Test
  void trailersPassToHttp1() throws Exception {
    try (TestOrigin origin =
            origin(stream -> stream.head(ANSWER).send(message("a")).lastHead(DONE));
        TestGate gate = gate(origin);
        Wire client = gate.intercepted(HOST, "http/1.1")) {
      client.send(
          "POST /pkg.Greeter/Hello HTTP/1.1\r\nHost: api.example.com\r\nTE: trailers\r\n"
              + "Connection: TE, close\r\nContent-Length: 0\r\n\r\n");
      String all = client.restOfText();
      assertTrue(all.startsWith("HTTP/1.1 200 OK\r\n"), all);
      assertTrue(all.endsWith("0\r\ngrpc-status: 0\r\ngrpc-message: fine\r\n\r\n"), all);
    }
  }
}
