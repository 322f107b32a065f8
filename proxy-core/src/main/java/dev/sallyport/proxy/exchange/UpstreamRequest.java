package dev.sallyport.proxy.exchange;

import dev.sallyport.proxy.wire.WebSocketKey;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Scheme;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Optional;

/// A request as it goes up: rebuilt from the parsed one, with the destination's own Host (RFC 9112
/// section 3.2.2).
///
/// @param head in origin form
/// @param destination for the absolute form that a parent proxy needs
/// @param expectsBody whether content follows
/// @param takesTrailers whether the client said so (RFC 9110 section 10.1.4), as gRPC must
/// @param webSocket the key, where it asks for a WebSocket
public record UpstreamRequest(
    HttpRequest head,
    Destination destination,
    boolean expectsBody,
    boolean takesTrailers,
    Optional<WebSocketKey> webSocket) {
  /// Rebuilds a request.
  ///
  /// @param from as the client sent it, already found to be well framed
  /// @param originForm path and query
  /// @param via this gate's own entry in `Via` (RFC 9110 section 7.6.3)
  public static UpstreamRequest of(
      HttpRequest from, Destination destination, String originForm, String via) {
    HttpRequest head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, from.method(), originForm);
    HttpHeaders headers = head.headers();
    headers.set(HttpHeaderNames.HOST, hostField(destination));
    Fields.copyRequest(from.headers(), headers);
    if (destination.scheme() == Scheme.HTTP) {
      // Within TLS nobody but the origin reads it, and some origins answer proxies differently.
      headers.add(HttpHeaderNames.VIA, via);
    }
    boolean chunked = HttpUtil.isTransferEncodingChunked(from);
    // A number again: leading zeros do not travel on.
    Optional<Long> length =
        Optional.ofNullable(from.headers().get(HttpHeaderNames.CONTENT_LENGTH))
            .map(value -> Long.parseLong(value.trim()));
    if (chunked) {
      headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    } else {
      length.ifPresent(value -> headers.set(HttpHeaderNames.CONTENT_LENGTH, value));
    }
    boolean body = chunked || length.map(value -> value > 0).orElse(false);
    boolean trailers = from.headers().containsValue(HttpHeaderNames.TE, "trailers", true);
    Optional<WebSocketKey> webSocket =
        Upgrade.of(from) instanceof Upgrade.ToWebSocket(WebSocketKey key)
            ? Optional.of(key)
            : Optional.empty();
    webSocket.ifPresent(key -> ask(key, headers));
    return new UpstreamRequest(head, destination, body, trailers, webSocket);
  }

  private static void ask(WebSocketKey key, HttpHeaders headers) {
    headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
    headers.set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
    headers.set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, WebSocketKey.VERSION);
    headers.set(HttpHeaderNames.SEC_WEBSOCKET_KEY, key.text());
  }

  /// The head for a stream of HTTP/2, the only place where `TE` says something of the whole way.
  HttpRequest forStreams() {
    if (takesTrailers) {
      head.headers().set(HttpHeaderNames.TE, HttpHeaderValues.TRAILERS);
    }
    return head;
  }

  /// The head for a parent proxy: in absolute form, with its credentials.
  HttpRequest forParent(Optional<String> authorization) {
    HttpRequest up =
        new DefaultHttpRequest(
            head.protocolVersion(), head.method(), destination.url() + head.uri());
    up.headers().set(head.headers());
    authorization.ifPresent(value -> up.headers().set(HttpHeaderNames.PROXY_AUTHORIZATION, value));
    return up;
  }

  /// Octets of the head as it goes to an origin.
  public long octets() {
    long octets = LINE_OCTETS;
    octets += head.method().name().length();
    octets += head.uri().length();
    for (var field : head.headers()) {
      octets += FIELD_OCTETS;
      octets += field.getKey().length();
      octets += field.getValue().length();
    }
    return octets;
  }

  /// Octets of a request line beside method and target, and of the empty line behind the fields.
  private static final long LINE_OCTETS = "  HTTP/1.1\r\n\r\n".length();

  /// Octets of a field beside name and value.
  private static final long FIELD_OCTETS = ": \r\n".length();

  /// Whether the request may be sent a second time when a reused connection turns out to be closed.
  boolean isRepeatable() {
    String method = head.method().name();
    return !expectsBody
        && (method.equals("GET") || method.equals("HEAD") || method.equals("OPTIONS"));
  }

  private static String hostField(Destination destination) {
    return destination.port() == destination.scheme().defaultPort()
        ? destination.host().authorityText()
        : destination.authority();
  }
}
