package dev.sallyport.proxy.reply;

import dev.sallyport.rules.Reason;
import dev.sallyport.rules.Retry;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/// A refusal as an HTTP answer: status of the reason, Proxy-Status (RFC 9209), and the words as
/// JSON or text.
public final class RefusalResponse {
  /// What `Retry-After` says when a limit or a full disk refuses, in seconds.
  public static final int RETRY_AFTER_SECONDS = 5;

  private static final String CHALLENGE = "Basic realm=\"sallyport\", charset=\"UTF-8\"";

  private RefusalResponse() {}

  /// The form that a client takes: JSON when it says so or names nothing, else text.
  public enum Form {
    JSON,
    TEXT,
    /// JSON as Anthropic's API words its errors.
    ANTHROPIC,
    /// JSON as OpenAI's API words its errors.
    OPENAI;

    /// The form that a vendor's clients know.
    public static Form of(ModelVendor vendor) {
      return switch (vendor) {
        case ANTHROPIC -> ANTHROPIC;
        case OPENAI -> OPENAI;
      };
    }

    /// Chosen from the values of `Accept`; nothing else of the request counts.
    public static Form of(Iterable<String> accept) {
      boolean named = false;
      for (String value : accept) {
        named = true;
        String lower = value.toLowerCase(Locale.ROOT);
        if (lower.contains("json") || lower.contains("*/*") || lower.contains("application/*")) {
          return JSON;
        }
      }
      return named ? TEXT : JSON;
    }
  }

  /// The answer with its body.
  public static FullHttpResponse of(Refusal refusal, Form form) {
    Reason reason = refusal.decision().reason();
    String text =
        switch (form) {
          case JSON -> RefusalJson.of(refusal);
          case TEXT -> RefusalText.of(refusal);
          case ANTHROPIC -> VendorJson.anthropic(refusal);
          case OPENAI -> VendorJson.openAi(refusal);
        };
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(status(reason)),
            Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    HttpHeaders headers = response.headers();
    headers.set(
        HttpHeaderNames.CONTENT_TYPE,
        form == Form.TEXT ? "text/plain; charset=utf-8" : "application/json");
    headers.setInt(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
    headers.set("Proxy-Status", proxyStatus(reason));
    headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    if (status(reason) == HttpResponseStatus.PROXY_AUTHENTICATION_REQUIRED.code()) {
      headers.set(HttpHeaderNames.PROXY_AUTHENTICATE, CHALLENGE);
    }
    if (reason.answer().retry() == Retry.LATER
        && status(reason) == HttpResponseStatus.SERVICE_UNAVAILABLE.code()) {
      headers.setInt(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    return response;
  }

  /// The status that answers a reason; a reason that should never be answered is a fault of ours.
  public static int status(Reason reason) {
    int status = reason.answer().status();
    return status == 0 ? HttpResponseStatus.SERVICE_UNAVAILABLE.code() : status;
  }

  private static String proxyStatus(Reason reason) {
    Optional<String> error = reason.answer().proxyError();
    return "sallyport; error="
        + error.orElse("proxy_internal_error")
        + "; details=\""
        + reason.code()
        + "\"";
  }
}
