package dev.sallyport.proxy.exchange;

import dev.sallyport.proxy.wire.WebSocketKey;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Optional;

/// What a request asks its connection to become (RFC 9110 section 7.8). Pure.
public sealed interface Upgrade {
  /// Nothing; or HTTP/2, an offer that may be ignored, and is: the field does not travel on.
  record None() implements Upgrade {}

  /// A WebSocket, asked for as RFC 6455 section 4.1 says.
  record ToWebSocket(WebSocketKey key) implements Upgrade {}

  /// What is not carried here.
  ///
  /// @param why our words; nothing of the client's
  record Refused(String why) implements Upgrade {}

  /// Reads what a well-framed request asks for.
  static Upgrade of(HttpRequest head) {
    HttpHeaders fields = head.headers();
    List<String> to = fields.getAllAsString(HttpHeaderNames.UPGRADE);
    if (to.isEmpty() || fields.containsValue(HttpHeaderNames.UPGRADE, "h2c", true)) {
      return new None();
    }
    if (to.size() > 1 || !to.getFirst().equalsIgnoreCase(HttpHeaderValues.WEBSOCKET.toString())) {
      return new Refused("only WebSocket is carried");
    }
    boolean get =
        head.method().equals(HttpMethod.GET)
            && head.protocolVersion().equals(HttpVersion.HTTP_1_1)
            && !HttpUtil.isTransferEncodingChunked(head)
            && HttpUtil.getContentLength(head, 0L) == 0;
    if (!get || !fields.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)) {
      return new Refused("a WebSocket begins with a GET without a body and `Connection: upgrade`");
    }
    if (!fields
        .getAll(HttpHeaderNames.SEC_WEBSOCKET_VERSION)
        .equals(List.of(WebSocketKey.VERSION))) {
      return new Refused("the version of WebSocket is not " + WebSocketKey.VERSION);
    }
    List<String> keys = fields.getAll(HttpHeaderNames.SEC_WEBSOCKET_KEY);
    Optional<WebSocketKey> key =
        keys.size() == 1 ? WebSocketKey.of(keys.getFirst()) : Optional.empty();
    return key.<Upgrade>map(ToWebSocket::new)
        .orElseGet(() -> new Refused("the key of the WebSocket is not 16 octets in base64"));
  }
}
