package dev.sallyport.proxy.admin;

import static io.netty.handler.codec.http.HttpResponseStatus.BAD_REQUEST;
import static io.netty.handler.codec.http.HttpResponseStatus.INTERNAL_SERVER_ERROR;
import static io.netty.handler.codec.http.HttpResponseStatus.METHOD_NOT_ALLOWED;
import static io.netty.handler.codec.http.HttpResponseStatus.MISDIRECTED_REQUEST;
import static io.netty.handler.codec.http.HttpResponseStatus.NOT_FOUND;
import static io.netty.handler.codec.http.HttpResponseStatus.OK;
import static io.netty.handler.codec.http.HttpResponseStatus.SERVICE_UNAVAILABLE;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.proxy.metrics.MetricsFormat;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is answered to a request on the admin listener. Reads only; nothing of the request is
/// echoed.
final class AdminAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(AdminAnswers.class);
  private static final String JSON = "application/json";
  private static final String PLAIN = "text/plain; charset=utf-8";

  private final AdminPages pages;
  private final AdminHost hosts;

  AdminAnswers(AdminPages pages, AdminHost hosts) {
    this.pages = pages;
    this.hosts = hosts;
  }

  /// The whole answer; its `Connection` field is left to the caller. A HEAD request gets what a GET
  /// would get, and the codec leaves the body out.
  FullHttpResponse answer(FullHttpRequest request) {
    if (!request.decoderResult().isSuccess()) {
      return text(BAD_REQUEST, "the request is not well formed");
    }
    List<String> asked = request.headers().getAll(HttpHeaderNames.HOST);
    // RFC 9112 section 3.2: exactly one in HTTP/1.1; probes that speak HTTP/1.0 send none.
    if (asked.size() > 1
        || (asked.isEmpty() && !request.protocolVersion().equals(HttpVersion.HTTP_1_0))) {
      return text(BAD_REQUEST, "exactly one Host field is needed");
    }
    if (!asked.isEmpty() && !hosts.isAccepted(asked.getFirst())) {
      return text(
          MISDIRECTED_REQUEST,
          "this listener is known by its address, as localhost, or by the names of `admin.hosts`"
              + " in the settings");
    }
    if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
      FullHttpResponse refusal = text(METHOD_NOT_ALLOWED, "this listener is for reading");
      refusal.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
      return refusal;
    }
    return page(request);
  }

  private FullHttpResponse page(FullHttpRequest request) {
    try {
      return switch (path(request.uri())) {
        case "/healthz" -> text(OK, "ok");
        case "/readyz" -> readiness();
        case "/metrics" -> metrics(request.headers().get(HttpHeaderNames.ACCEPT, ""));
        case "/audit/head" -> response(OK, JSON, pages.auditHead().get() + "\n");
        default -> text(NOT_FOUND, "there are /healthz, /readyz, /metrics and /audit/head");
      };
    } catch (RuntimeException bug) {
      LOG.error("an admin page failed", bug);
      return text(INTERNAL_SERVER_ERROR, "the page failed; the log says why");
    }
  }

  private FullHttpResponse readiness() {
    Readiness now = pages.readiness().get();
    return text(now.isReady() ? OK : SERVICE_UNAVAILABLE, now.text());
  }

  private FullHttpResponse metrics(String accept) {
    MetricsFormat format = MetricsFormat.forAccept(accept);
    return response(OK, format.contentType(), pages.metrics().apply(format));
  }

  private static String path(String target) {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  private static FullHttpResponse text(HttpResponseStatus status, String line) {
    return response(status, PLAIN, line + "\n");
  }

  private static FullHttpResponse response(
      HttpResponseStatus status, String contentType, String body) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(body, UTF_8));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, contentType)
        .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
        .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
        .set("x-content-type-options", "nosniff");
    return response;
  }
}
