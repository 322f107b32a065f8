package dev.sallyport.proxy.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.sallyport.proxy.wire.StreamHead.Follows;
import io.netty.handler.codec.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamHeadTest {
  private static final String GOOD = ":method=GET|:scheme=https|:authority=a.example|:path=/p?q";
  private static final String EXTENDED =
      ":method=CONNECT|:protocol=websocket|:scheme=https|:authority=a.example|:path=/chat?x";

  /// Fields as `name=value`, with `|` between them.
  private static StreamHead.Result read(String fields, Follows follows) {
    List<Map.Entry<String, String>> all = new ArrayList<>();
    for (String field : fields.split("\\|", -1)) {
      int equals = field.indexOf('=');
      all.add(Map.entry(field.substring(0, equals), field.substring(equals + 1)));
    }
    return StreamHead.read(all.iterator(), follows);
  }

  private static HttpRequest request(String fields, Follows follows) {
    return assertInstanceOf(StreamHead.Read.class, read(fields, follows)).request();
  }

  @Test
  void becomesARequestOfHttp1() {
    HttpRequest request = request(GOOD + "|x=1|cookie=a=1|cookie=b=2", Follows.NOTHING);
    assertEquals("GET", request.method().name());
    assertEquals("/p?q", request.uri());
    assertEquals("a.example", request.headers().get("host"));
    assertEquals("a=1; b=2", request.headers().get("cookie"));
    assertEquals("1", request.headers().get("x"));
    assertEquals(3, request.headers().size());
  }

  @Test
  void aBodyOfUnknownLengthIsChunked() {
    assertEquals("chunked", request(GOOD, Follows.BODY).headers().get("transfer-encoding"));
    HttpRequest sized = request(GOOD + "|content-length=5", Follows.BODY);
    assertEquals("5", sized.headers().get("content-length"));
    assertEquals(null, sized.headers().get("transfer-encoding"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        GOOD + "|host=A.example",
        GOOD + "|te=trailers",
        GOOD + "|content-length=0",
        GOOD + "|x=",
        ":method=OPTIONS|:scheme=https|:authority=a.example|:path=*",
        ":method=GET|:scheme=https|:path=/|host=a.example",
        ":method=M-SEARCH|:scheme=https|:authority=a.example|:path=/\u00e4"
      })
  void takes(String fields) {
    assertInstanceOf(StreamHead.Read.class, read(fields, Follows.NOTHING));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        GOOD + "|Upper=1",
        GOOD + "|x y=1",
        GOOD + "|x:=1",
        GOOD + "|x\r\ny=1",
        GOOD + "|=1",
        GOOD + "|x=a\r\nSmuggled: 1",
        GOOD + "|x=a\nb",
        GOOD + "|x=a\rb",
        GOOD + "|x=a\u0000b",
        GOOD + "|x=a\u007f",
        GOOD + "|x= a",
        GOOD + "|x=a\t",
        GOOD + "|connection=close",
        GOOD + "|proxy-connection=x",
        GOOD + "|keep-alive=x",
        GOOD + "|transfer-encoding=chunked",
        GOOD + "|upgrade=websocket",
        GOOD + "|te=gzip",
        GOOD + "|host=b.example",
        GOOD + "|host=a.example|host=a.example",
        GOOD + "|content-length=+5",
        GOOD + "|content-length=5,5",
        GOOD + "|content-length=",
        GOOD + "|content-length=1234567890123456789",
        GOOD + "|content-length=0|content-length=0",
        GOOD + "|content-length=5",
        GOOD + "|:path=/q",
        GOOD + "|:unknown=1",
        GOOD + "|:status=200",
        "x=1|" + GOOD,
        ":method=GET|" + GOOD,
        ":method=GET|:scheme=https|:authority=a.example|:path=",
        ":method=GET|:scheme=https|:authority=a.example",
        ":method=GET|:scheme=https|:authority=a.example|:path=p",
        ":method=GET|:scheme=https|:authority=a.example|:path=*",
        ":method=GET|:scheme=https|:authority=a.example|:path=/ x",
        ":method=GET|:scheme=https|:authority=a.example|:path=/ HTTP/1.1\r\nx: y",
        ":method=GET|:scheme=http|:authority=a.example|:path=/",
        ":method=GET|:authority=a.example|:path=/",
        ":method=GET|:scheme=https|:path=/",
        ":scheme=https|:authority=a.example|:path=/",
        ":method=|:scheme=https|:authority=a.example|:path=/",
        ":method=GET /x|:scheme=https|:authority=a.example|:path=/",
        ":method=G\u0131T|:scheme=https|:authority=a.example|:path=/",
        ":method=CONNECT|:authority=a.example:443",
        ":method=CONNECT|:scheme=https|:authority=a.example|:path=/",
        ":method=GET|:protocol=websocket|:scheme=https|:authority=a.example|:path=/",
        ":method=CONNECT|:protocol=websocket|:authority=a.example|:path=/",
        ":method=CONNECT|:protocol=websocket|:scheme=https|:authority=a.example",
        ":method=CONNECT|:protocol=websocket|:scheme=https|:authority=a.example|:path=*",
        ":method=CONNECT|:protocol=websocket|:scheme=https|:path=/",
        EXTENDED + "|upgrade=websocket",
        EXTENDED + "|connection=upgrade",
        EXTENDED + "|content-length=0",
        EXTENDED + "|:protocol=websocket",
      })
  void refuses(String fields) {
    assertInstanceOf(StreamHead.Wrong.class, read(fields, Follows.NOTHING));
  }

  @ParameterizedTest
  @CsvSource({"websocket, websocket", "WebSocket, unknown", "h2c, unknown", "connect-udp, unknown"})
  void anExtendedConnectIsTheGetThatAsksForTheSame(String protocol, String upgrade) {
    HttpRequest request =
        assertInstanceOf(
                StreamHead.Upgrading.class,
                read(EXTENDED.replace("websocket", protocol) + "|x=1", Follows.BODY))
            .request();
    assertEquals("GET", request.method().name());
    assertEquals("/chat?x", request.uri());
    assertEquals(
        List.of("x: 1", "host: a.example", "upgrade: " + upgrade, "connection: upgrade"),
        request.headers().entries().stream()
            .map(field -> field.getKey() + ": " + field.getValue())
            .toList());
  }

  @Test
  void trailersHoldNoPseudoFieldsAndNoConnectionFields() {
    assertEquals("", StreamHead.objectionToTrailers(Map.of("x-t", "1").entrySet().iterator()));
    for (String name : List.of(":path", "connection", "Upper")) {
      assertEquals(
          false, StreamHead.objectionToTrailers(Map.of(name, "1").entrySet().iterator()).isEmpty());
    }
  }
}
