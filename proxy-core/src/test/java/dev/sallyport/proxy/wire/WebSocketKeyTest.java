package dev.sallyport.proxy.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketKeyTest {
  /// RFC 6455 section 1.3.
  private static final WebSocketKey KEY = new WebSocketKey("dGhlIHNhbXBsZSBub25jZQ==");

  private static final String ACCEPT = "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "dGhlIHNhbXBsZSBub25jZQ",
        "dGhlIHNhbXBsZSBub25jZR==",
        "dGhlIHNhbXBsZSBub25jZTE=",
        "dGhlIHNhbXBsZSBub25j",
        "dGhl IHNhbXBsZSBub25jZQ==",
        "dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ==",
        "\u00e4GhlIHNhbXBsZSBub25jZQ=="
      })
  void isSixteenOctetsInTheOneFormOfBase64(String text) {
    assertTrue(WebSocketKey.of(text).isEmpty());
  }

  @Test
  void readsWhatItMakes() {
    WebSocketKey fresh = WebSocketKey.fresh();
    assertEquals(fresh, WebSocketKey.of(fresh.text()).orElseThrow());
    assertNotEquals(fresh, WebSocketKey.fresh());
    assertEquals(KEY, WebSocketKey.of(KEY.text()).orElseThrow());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          HTTP/1.1 101 | upgrade: websocket; connection: upgrade; %s | true
          HTTP/1.1 101 | upgrade: WebSocket; connection: keep-alive, Upgrade; %s | true
          HTTP/1.0 101 | upgrade: websocket; connection: upgrade; %s | false
          HTTP/1.1 200 | upgrade: websocket; connection: upgrade; %s | false
          HTTP/1.1 101 | upgrade: websocket; %s | false
          HTTP/1.1 101 | connection: upgrade; %s | false
          HTTP/1.1 101 | upgrade: h2c; connection: upgrade; %s | false
          HTTP/1.1 101 | upgrade: websocket; upgrade: websocket; connection: upgrade; %s | false
          HTTP/1.1 101 | upgrade: websocket; connection: upgrade | false
          HTTP/1.1 101 | upgrade: websocket; connection: upgrade; %s; %s | false
          HTTP/1.1 101 | upgrade: websocket; connection: upgrade; sec-websocket-accept: S3pPLMBiTxaQ9kYGzzhZRbK+xOo= | false
          """)
  void knowsTheAnswerThatAgrees(String start, String fields, boolean agrees) {
    String[] line = start.split(" ", 2);
    HttpResponse answer =
        new DefaultHttpResponse(
            HttpVersion.valueOf(line[0]), HttpResponseStatus.valueOf(Integer.parseInt(line[1])));
    for (String field : fields.replace("%s", ACCEPT).split("; ", -1)) {
      String[] parts = field.split(": ", 2);
      answer.headers().add(parts[0], parts[1]);
    }
    assertEquals(agrees, KEY.isAnsweredBy(answer));
  }
}
