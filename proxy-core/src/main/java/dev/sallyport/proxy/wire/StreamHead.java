package dev.sallyport.proxy.wire;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Reads the head of a request of HTTP/2 as strictly as one of HTTP/1.1 (RFC 9113 section 8): what
/// comes out has one reading in both. Pure.
public final class StreamHead {
  private static final Set<String> PSEUDO =
      Set.of(":method", ":scheme", ":authority", ":path", ":protocol");

  private final Map<String, String> pseudo = new HashMap<>();
  private final HttpRequest request =
      new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
  private final StringBuilder cookies = new StringBuilder();
  private String host = "";
  private long length = -1;
  private boolean regular;

  private StreamHead() {}

  /// What a head is.
  public sealed interface Result {}

  /// A request.
  ///
  /// @param request in the form of HTTP/1.1: with Host, and `Transfer-Encoding: chunked` where a
  ///   body of unknown length follows
  /// @param length of the body, -1 where it is not said
  public record Read(HttpRequest request, long length) implements Result {}

  /// An extended CONNECT (RFC 8441 section 4), as the request of HTTP/1.1 that asks for the same.
  ///
  /// @param request without the key of a WebSocket, which HTTP/2 does not have; `Upgrade` says
  ///   `websocket`, or `unknown` where another protocol is wanted, which one nobody needs to know
  public record Upgrading(HttpRequest request) implements Result {}

  /// Not a request.
  ///
  /// @param why our words; nothing of the client's
  public record Wrong(String why) implements Result {}

  /// Whether nothing follows a head.
  public enum Follows {
    NOTHING,
    BODY
  }

  /// Reads a head.
  ///
  /// @param fields names and values in their order
  public static Result read(
      Iterator<? extends Map.Entry<? extends CharSequence, ? extends CharSequence>> fields,
      Follows follows) {
    try {
      StreamHead head = new StreamHead();
      while (fields.hasNext()) {
        var field = fields.next();
        head.take(field.getKey().toString(), field.getValue().toString());
      }
      return head.finish(follows);
    } catch (WireException wrong) {
      return new Wrong(wrong.why());
    }
  }

  /// Checks trailers, which may hold neither pseudo-fields nor fields of a connection; empty when
  /// nothing is wrong.
  public static String objectionToTrailers(
      Iterator<? extends Map.Entry<? extends CharSequence, ? extends CharSequence>> fields) {
    try {
      StreamHead head = new StreamHead();
      while (fields.hasNext()) {
        var field = fields.next();
        String name = field.getKey().toString();
        if (name.startsWith(":")) {
          return "a pseudo-field stands in the trailers";
        }
        head.take(name, field.getValue().toString());
      }
      return "";
    } catch (WireException wrong) {
      return wrong.why();
    }
  }

  private void take(String name, String value) throws WireException {
    StreamField.checkValue(value);
    if (name.startsWith(":")) {
      if (regular || !PSEUDO.contains(name) || pseudo.put(name, value) != null) {
        throw new WireException("a pseudo-field is unknown, stands twice or behind other fields");
      }
      return;
    }
    regular = true;
    StreamField.checkName(name);
    switch (name) {
      case "host" -> {
        if (!host.isEmpty()) {
          throw new WireException("there must be one Host field");
        }
        host = value;
      }
      case "content-length" -> length(value);
      case "cookie" -> cookies.append(cookies.isEmpty() ? "" : "; ").append(value);
      default -> request.headers().add(name, value);
    }
  }

  private void length(String value) throws WireException {
    if (length >= 0) {
      throw new WireException("Content-Length stands more than once");
    }
    length = StreamField.length(value);
  }

  private Result finish(Follows follows) throws WireException {
    String method = pseudo.getOrDefault(":method", "");
    String path = pseudo.getOrDefault(":path", "");
    checkRequestLine(method, path);
    for (String te : request.headers().getAll(HttpHeaderNames.TE)) {
      if (!te.toLowerCase(Locale.ROOT).equals("trailers")) {
        throw new WireException("TE is not `trailers`");
      }
    }
    if (follows == Follows.NOTHING && length > 0) {
      throw new WireException("the body is shorter than Content-Length");
    }
    request.setUri(path).headers().set(HttpHeaderNames.HOST, authority());
    if (!cookies.isEmpty()) {
      request.headers().set(HttpHeaderNames.COOKIE, cookies.toString());
    }
    if (method.equals("CONNECT")) {
      return upgrading();
    }
    request.setMethod(HttpMethod.valueOf(method));
    if (length >= 0) {
      request.headers().set(HttpHeaderNames.CONTENT_LENGTH, Long.toString(length));
    } else if (follows == Follows.BODY) {
      request.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    return new Read(request, length);
  }

  private Result upgrading() throws WireException {
    if (length >= 0) {
      throw new WireException("CONNECT has no body");
    }
    boolean webSocket = pseudo.getOrDefault(":protocol", "").equals("websocket");
    request.headers().set(HttpHeaderNames.UPGRADE, webSocket ? "websocket" : "unknown");
    request.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
    return new Upgrading(request);
  }

  private void checkRequestLine(String method, String path) throws WireException {
    if (method.isEmpty() || !method.chars().allMatch(c -> c < 0x80 && Octets.isToken((byte) c))) {
      throw new WireException("the method is not a token");
    }
    if (method.equals("CONNECT") != pseudo.containsKey(":protocol")) {
      throw new WireException("CONNECT within a tunnel");
    }
    if (!pseudo.getOrDefault(":scheme", "").equals("https")) {
      throw new WireException("the scheme is not `https`");
    }
    boolean form = path.startsWith("/") || (path.equals("*") && method.equals("OPTIONS"));
    if (!form || !path.chars().allMatch(c -> c <= 0xff && Octets.isTarget((byte) c))) {
      throw new WireException("the path is not one of a request");
    }
  }

  /// Two names for the host must be one (section 8.3.1).
  private String authority() throws WireException {
    String authority = pseudo.getOrDefault(":authority", "");
    if (authority.isEmpty() && host.isEmpty()) {
      throw new WireException("the request names no host");
    }
    if (!authority.isEmpty() && !host.isEmpty() && !authority.equalsIgnoreCase(host)) {
      throw new WireException("Host is not `:authority`");
    }
    return authority.isEmpty() ? host : authority;
  }
}
