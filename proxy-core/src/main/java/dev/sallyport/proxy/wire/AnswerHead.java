package dev.sallyport.proxy.wire;

import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Iterator;
import java.util.Map;

/// Reads the head of an answer of HTTP/2 as strictly as one of HTTP/1.1. Pure.
public final class AnswerHead {
  private static final String STATUS = ":status";
  private static final int FIRST_STATUS = 100;
  private static final int LAST_STATUS = 599;
  private static final int FIRST_FINAL = 200;
  private static final int SWITCHING = 101;
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;

  private AnswerHead() {}

  /// What a head is.
  public sealed interface Result {}

  /// An answer.
  ///
  /// @param response in the form of HTTP/1.1, `Transfer-Encoding: chunked` where a body of unknown
  ///   length may follow
  /// @param length of the body: -1 where it is not said, 0 where there must be none
  public record Read(HttpResponse response, long length) implements Result {}

  /// An interim answer (1xx); another one follows.
  public record Interim(HttpResponse response) implements Result {}

  /// Not an answer.
  ///
  /// @param why our words; nothing of the origin's
  public record Wrong(String why) implements Result {}

  /// Reads a head.
  ///
  /// @param fields names and values in their order
  /// @param toHead whether it answers HEAD
  public static Result read(
      Iterator<? extends Map.Entry<? extends CharSequence, ? extends CharSequence>> fields,
      StreamHead.Follows follows,
      boolean toHead) {
    try {
      HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
      int status = 0;
      while (fields.hasNext()) {
        var field = fields.next();
        String name = field.getKey().toString();
        String value = field.getValue().toString();
        if (name.equals(STATUS) && status == 0) {
          status = status(value);
        } else if (name.startsWith(":")) {
          throw new WireException("a pseudo-field is unknown or stands twice");
        } else {
          StreamField.check(name, value);
          response.headers().add(name, value);
        }
      }
      response.setStatus(HttpResponseStatus.valueOf(status));
      return finish(response, status, follows, toHead);
    } catch (WireException wrong) {
      return new Wrong(wrong.why());
    }
  }

  private static int status(String text) throws WireException {
    boolean digits = text.length() == 3 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    int status = digits ? Integer.parseInt(text) : 0;
    if (status < FIRST_STATUS || status > LAST_STATUS) {
      throw new WireException("the status is not one of 100 to 599");
    }
    return status;
  }

  private static Result finish(
      HttpResponse response, int status, StreamHead.Follows follows, boolean toHead)
      throws WireException {
    if (status == 0 || status == SWITCHING) {
      throw new WireException("there is no status, or one that HTTP/2 does not have");
    }
    boolean nothing = follows == StreamHead.Follows.NOTHING;
    if (status < FIRST_FINAL) {
      if (nothing) {
        throw new WireException("an interim answer is the last");
      }
      return new Interim(response);
    }
    long length = -1;
    for (String value : response.headers().getAll(HttpHeaderNames.CONTENT_LENGTH)) {
      if (length >= 0) {
        throw new WireException("Content-Length stands more than once");
      }
      length = StreamField.length(value);
    }
    if (toHead || status == NO_CONTENT || status == NOT_MODIFIED) {
      return new Read(response, 0);
    }
    if (nothing && length > 0) {
      throw new WireException("the body is shorter than Content-Length");
    }
    if (length < 0) {
      response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    return new Read(response, length);
  }
}
