package dev.sallyport.proxy;

import static dev.sallyport.proxy.testing.Http2Raw.CONTINUATION;
import static dev.sallyport.proxy.testing.Http2Raw.DATA;
import static dev.sallyport.proxy.testing.Http2Raw.END_HEADERS;
import static dev.sallyport.proxy.testing.Http2Raw.END_STREAM;
import static dev.sallyport.proxy.testing.Http2Raw.HEADERS;
import static dev.sallyport.proxy.testing.Http2Raw.PING;
import static dev.sallyport.proxy.testing.Http2Raw.RESET;
import static dev.sallyport.proxy.testing.Http2Raw.RST_STREAM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.http2.Http2Bounds;
import dev.sallyport.proxy.testing.Await;
import dev.sallyport.proxy.testing.Http2Raw;
import dev.sallyport.proxy.testing.TestAuthority;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.TestOrigin;
import dev.sallyport.proxy.transport.Transport;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a client of HTTP/2 may do, at each bound and one past it; and that what it did wrong is on
/// record.
class Http2LimitsGateTest {
  private static final String HOST = "api.example.com";
  private static final int CALM = (int) Http2Error.ENHANCE_YOUR_CALM.code();
  private static final int REFUSED = (int) Http2Error.REFUSED_STREAM.code();
  private static final int HEAD = 16 * 1024;

  /// What the field section counts for a field beside its octets (RFC 9113 section 6.5.2).
  private static final int FIELD = 32;

  private static final String POLICY =
      """
      sallyport: 1
      name: test
      classes:
        model:
          intercept: true
          allow: [{host: api.example.com, methods: [POST], paths: [/v1/*]}]
      profiles: {all: {classes: [model]}}
      assign: [{anonymous: true, profile: all}]
      """;

  @TempDir private Path folder = Path.of("");

  private TestGate gate(TestOrigin origin) throws Exception {
    return TestGate.start(
        Transport.NIO,
        folder,
        "connect-to: {\"*:*\": \"127.0.0.1:"
            + origin.port()
            + "\"}\nintercept: {authority: memory}\nupstream: {roots: "
            + TestAuthority.rootFile(folder)
            + "}\n",
        POLICY);
  }

  /// An origin that takes connections and says nothing, so that requests stay where they are.
  private static TestOrigin silent() throws IOException {
    return TestOrigin.start((client, self) -> client.rest());
  }

  private static Http2Raw client(TestGate gate) throws IOException {
    return new Http2Raw(gate.intercepted(HOST, "h2"));
  }

  private static byte[] head(String method, String path, String... more) {
    String[] fields = {
      ":method: " + method, ":scheme: https", ":authority: " + HOST, ":path: " + path
    };
    String[] all = Arrays.copyOf(fields, fields.length + more.length);
    System.arraycopy(more, 0, all, fields.length, more.length);
    return Http2Raw.head(all);
  }

  /// Asks for what is allowed, and is not whole yet.
  private static void open(Http2Raw client, int stream) throws IOException {
    client.send(HEADERS, END_HEADERS, stream, head("POST", "/v1/a"));
  }

  private static void onRecord(TestGate gate, String decision) {
    Await.until(decision, () -> gate.decisions().contains(decision));
  }

  @Test
  void resets() throws Exception {
    try (TestOrigin origin = silent();
        TestGate gate = gate(origin);
        Http2Raw client = client(gate)) {
      int stream = 1;
      for (int i = 0; i < Http2Bounds.RESETS; i++, stream += 2) {
        open(client, stream);
        client.send(RESET, 0, stream, new byte[] {0, 0, 0, 8});
      }
      assertTrue(client.isInOrder());
      open(client, stream);
      client.send(RESET, 0, stream, new byte[] {0, 0, 0, 8});
      assertEquals(CALM, client.goAway());
      onRecord(gate, "deny limit-exceeded");
    }
  }

  @Test
  void emptyData() throws Exception {
    try (TestOrigin origin = silent();
        TestGate gate = gate(origin);
        Http2Raw client = client(gate)) {
      open(client, 1);
      for (int round = 0; round < 2; round++) {
        for (int i = 0; i < Http2Bounds.EMPTY_DATA; i++) {
          client.send(DATA, 0, 1, new byte[0]);
        }
        client.send(DATA, 0, 1, new byte[1]);
      }
      assertTrue(client.isInOrder());
      for (int i = 0; i <= Http2Bounds.EMPTY_DATA; i++) {
        client.send(DATA, 0, 1, new byte[0]);
      }
      assertEquals(CALM, client.goAway());
      onRecord(gate, "deny limit-exceeded");
    }
  }

  private static void continued(Http2Raw client, int stream, int continuations) throws IOException {
    client.send(HEADERS, END_STREAM, stream, head("POST", "/private"));
    for (int i = 1; i < continuations; i++) {
      client.send(CONTINUATION, 0, stream, new byte[0]);
    }
    client.send(CONTINUATION, END_HEADERS, stream, new byte[0]);
  }

  @Test
  void smallContinuations() throws Exception {
    try (TestOrigin origin = silent();
        TestGate gate = gate(origin);
        Http2Raw client = client(gate)) {
      continued(client, 1, Http2Bounds.SMALL_CONTINUATIONS);
      assertTrue(client.isInOrder());
      continued(client, 3, Http2Bounds.SMALL_CONTINUATIONS + 1);
      assertEquals(CALM, client.goAway());
      onRecord(gate, "deny limit-exceeded");
    }
  }

  @Test
  void framesOfControl() throws Exception {
    try (TestOrigin origin = silent();
        TestGate gate = gate(origin);
        Http2Raw client = client(gate)) {
      // The first one were the settings.
      for (int i = 2; i <= Http2Bounds.CONTROL_FRAMES; i++) {
        assertTrue(client.isInOrder(), "frame " + i);
      }
      client.send(PING, 0, 0, new byte[8]);
      assertEquals(CALM, client.goAway());
      onRecord(gate, "deny limit-exceeded");
    }
  }

  @Test
  void streams() throws Exception {
    try (TestOrigin origin = silent();
        TestGate gate = gate(origin);
        Http2Raw client = client(gate)) {
      int stream = 1;
      for (int i = 0; i < Http2Bounds.STREAMS; i++, stream += 2) {
        open(client, stream);
      }
      assertTrue(client.isInOrder());
      open(client, stream);
      int past = stream;
      assertEquals(
          REFUSED, client.until(frame -> frame.type() == RESET && frame.stream() == past).error());
      assertTrue(client.isInOrder());
      onRecord(gate, "deny limit-exceeded");
    }
  }

  @Test
  void streamsThatTheClientHasReset() throws Exception {
    try (TestOrigin origin = silent();
        TestGate gate = gate(origin);
        Http2Raw client = client(gate)) {
      int stream = 1;
      for (int i = 0; i < Http2Bounds.RESETS; i++, stream += 2) {
        wrong(client, stream);
      }
      assertTrue(client.isInOrder());
      wrong(client, stream);
      assertEquals(CALM, client.goAway());
      onRecord(gate, "deny limit-exceeded");
      assertEquals(Http2Bounds.RESETS + 1, count(gate, "deny malformed"));
      assertEquals(1, count(gate, "deny limit-exceeded"));
    }
  }

  private static long count(TestGate gate, String decision) {
    return gate.decisions().stream().filter(decision::equals).count();
  }

  /// A head that is reset without a word.
  private static void wrong(Http2Raw client, int stream) throws IOException {
    client.send(HEADERS, END_HEADERS, stream, head("POST", "/v1/a", ":path: /again"));
  }

  @Test
  void octetsThatNobodyReads() throws Exception {
    try (TestOrigin origin = silent();
        TestGate gate = gate(origin);
        Http2Raw client = client(gate)) {
      open(client, 1);
      open(client, 3);
      byte[] part = new byte[16 * 1024];
      for (int i = 0; i < Http2Bounds.STREAM_WINDOW / part.length; i++) {
        client.send(DATA, 0, 1, part);
      }
      assertTrue(client.isInOrder());
      client.send(DATA, 0, 1, new byte[1]);
      assertEquals(1, client.until(frame -> frame.type() == RESET).stream());
      gate.awaitEnds(1);
      assertEquals(List.of("malformed gate"), gate.ends());
      assertTrue(client.isInOrder());
    }
  }

  @Test
  void octetsOfAHead() throws Exception {
    int own =
        (":method" + "POST" + ":scheme" + "https" + ":authority" + HOST + ":path" + "/private")
                .length()
            + 5 * FIELD
            + "x".length();
    try (TestOrigin origin = silent();
        TestGate gate = gate(origin);
        Http2Raw client = client(gate)) {
      client.send(
          HEADERS,
          END_HEADERS | END_STREAM,
          1,
          head("POST", "/private", "x: " + "y".repeat(HEAD - own)));
      client.until(frame -> frame.type() == HEADERS && frame.stream() == 1);
      onRecord(gate, "deny path-not-allowed");
      client.send(
          HEADERS,
          END_HEADERS | END_STREAM,
          3,
          head("POST", "/private", "x: " + "y".repeat(HEAD - own + 1)));
      client.until(frame -> frame.type() == HEADERS && frame.stream() == 3);
      onRecord(gate, "deny malformed");
      assertTrue(client.isInOrder());
    }
  }

  /// Some are answered in words; what the codec resets is on record as well.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Upper: 1",
        "x y: 1",
        "connection: close",
        "x: a\r\nb: c",
        ":path: /again",
        ":unknown: 1",
        "te: gzip"
      })
  void headsThatAreNotInOrder(String field) throws Exception {
    try (TestOrigin origin = silent();
        TestGate gate = gate(origin);
        Http2Raw client = client(gate)) {
      client.send(HEADERS, END_HEADERS | END_STREAM, 1, head("GET", "/v1/a", field));
      client.until(
          frame -> frame.stream() == 1 && (frame.type() == HEADERS || frame.type() == RST_STREAM));
      onRecord(gate, "deny malformed");
      assertEquals(List.of("allow listed", "deny malformed"), gate.decisions());
      assertTrue(client.isInOrder());
    }
  }

  @Test
  void framesThatAreNotInOrderAreOnRecord() throws Exception {
    try (TestOrigin origin = silent();
        TestGate gate = gate(origin);
        Http2Raw client = client(gate)) {
      client.send(HEADERS, END_HEADERS | END_STREAM, 2, head("GET", "/v1/a"));
      assertEquals((int) Http2Error.PROTOCOL_ERROR.code(), client.goAway());
      onRecord(gate, "deny malformed");
    }
  }
}
