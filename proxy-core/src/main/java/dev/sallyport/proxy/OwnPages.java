package dev.sallyport.proxy;

import dev.sallyport.proxy.stage.Entrance;
import dev.sallyport.proxy.stage.Requested;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.RequestSight;
import dev.sallyport.rules.Scheme;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;

/// `http://sallyport.internal/`: pages on which the gate answers its clients itself. Each tells the
/// caller about itself alone, sends and resolves nothing, and is no event.
final class OwnPages {
  /// A name that no resolver knows (`internal` is kept for private use).
  static final String HOST = "sallyport.internal";

  private static final String USAGE =
      "ask `http://sallyport.internal/why?url=URL`, with the URL percent-encoded, and `&method=`"
          + " for anything but GET; `http://sallyport.internal/status` says who you are to this"
          + " gate, `http://sallyport.internal/ca.pem` is the certificate to trust\n";

  private OwnPages() {}

  /// Whether a request asks for one of them.
  static boolean areAsked(Requested requested) {
    return !requested.isForConnection()
        && requested.entrance() != Entrance.INTERCEPTED
        && isTheGate(requested);
  }

  /// Whether a tunnel to this name is asked for. There is none: the refusal, which is told in band
  /// where anything is, shows a client whether it trusts the authority.
  static boolean isTunnelAsked(Requested requested) {
    return requested.isForConnection() && isTheGate(requested);
  }

  /// Whether plain http to this name and port is for the pages.
  static boolean areAt(Destination plain) {
    return plain.host().text().equals(HOST) && plain.port() == Scheme.HTTP.defaultPort();
  }

  private static boolean isTheGate(Requested requested) {
    return requested.destination().host().text().equals(HOST);
  }

  /// The page.
  static FullHttpResponse answer(GateParts parts, Ask ask) {
    return switch (ask.sight().map(RequestSight::path).orElse("")) {
      case "/why" -> Why.answer(parts, ask).orElseGet(OwnPages::usage);
      case "/status" -> CallerStatus.answer(parts, ask);
      case "/ca.pem" -> root(parts);
      default -> usage();
    };
  }

  /// The public certificate alone; its key is in nobody's reach.
  private static FullHttpResponse root(GateParts parts) {
    return parts
        .interception()
        .rootPem()
        .map(pem -> response(HttpResponseStatus.OK, "application/x-pem-file", pem))
        .orElseGet(
            () ->
                text(
                    HttpResponseStatus.NOT_FOUND,
                    "this gate looks into no TLS, so there is no certificate to trust\n"));
  }

  private static FullHttpResponse usage() {
    return text(HttpResponseStatus.BAD_REQUEST, USAGE);
  }

  static FullHttpResponse text(HttpResponseStatus status, String text) {
    return response(status, "text/plain; charset=utf-8", text);
  }

  static FullHttpResponse json(String json) {
    return response(HttpResponseStatus.OK, "application/json", json);
  }

  private static FullHttpResponse response(HttpResponseStatus status, String type, String text) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, type);
    response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
    response.headers().set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    return response;
  }
}
