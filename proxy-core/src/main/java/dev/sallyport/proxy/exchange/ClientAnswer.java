package dev.sallyport.proxy.exchange;

import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;

/// The head of an answer as it goes down: rebuilt from the origin's. Pure.
///
/// @param head for the client
/// @param closesClient whether the client's connection ends with it
/// @param keepsOrigin whether the origin's may be used again behind it
record ClientAnswer(HttpResponse head, boolean closesClient, boolean keepsOrigin) {
  /// Rebuilds a final answer.
  ///
  /// @param to the request
  /// @param client what the client said of its connection
  /// @param requestDone whether the request is whole; what is still to come of it would be taken
  ///   for another one
  static ClientAnswer of(
      HttpResponse from, UpstreamRequest to, Exchange.ClientSide client, boolean requestDone) {
    int status = from.status().code();
    boolean noBody = to.head().method().equals(HttpMethod.HEAD) || status == 204 || status == 304;
    boolean chunked = HttpUtil.isTransferEncodingChunked(from);
    boolean untilClose =
        !noBody && !chunked && !from.headers().contains(HttpHeaderNames.CONTENT_LENGTH);
    HttpResponse head =
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
    Fields.copyResponse(from.headers(), head.headers());
    writeLengthAnew(head);
    boolean needsChunks = !noBody && (chunked || untilClose);
    if (needsChunks && !client.http10()) {
      head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    boolean closes = !client.keepAlive() || (needsChunks && client.http10()) || !requestDone;
    if (closes) {
      head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    return new ClientAnswer(head, closes, HttpUtil.isKeepAlive(from) && !untilClose);
  }

  /// The answer that changes the protocol to WebSocket, which the origin has agreed to.
  static HttpResponse webSocket(HttpResponse from) {
    HttpResponse head =
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS);
    Fields.copyResponse(from.headers(), head.headers());
    head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
    head.headers().set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
    return head;
  }

  /// A number without leading zeros, and none where there must be none (RFC 9110 section 8.6).
  private static void writeLengthAnew(HttpResponse down) {
    String length = down.headers().get(HttpHeaderNames.CONTENT_LENGTH);
    if (length == null) {
      return;
    }
    if (down.status().equals(HttpResponseStatus.NO_CONTENT)) {
      down.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
    } else if (length.length() > 1 && length.charAt(0) == '0') {
      down.headers().set(HttpHeaderNames.CONTENT_LENGTH, Long.parseLong(length));
    }
  }
}
