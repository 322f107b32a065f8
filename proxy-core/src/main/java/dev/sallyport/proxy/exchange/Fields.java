package dev.sallyport.proxy.exchange;

import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Which header fields travel on. Fields of one hop, fields for proxies and fields by which a
/// client could choose a route stay here; framing is written anew.
public final class Fields {
  /// Fields of one connection (RFC 9110 section 7.6.1), and framing, which is set anew from the
  /// parsed message.
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "http2-settings");

  /// Fields by which some servers let a client name another host, path or way.
  private static final Set<String> ROUTING =
      Set.of(
          "forwarded",
          "x-forwarded-host",
          "x-forwarded-path",
          "x-forwarded-prefix",
          "x-forwarded-server",
          "x-forwarded-uri",
          "x-host",
          "x-http-destinationurl",
          "x-http-host-override",
          "x-original-host",
          "x-original-uri",
          "x-original-url",
          "x-rewrite-url",
          "x-upstream-https-proxy");

  /// Trailers of answers that pass.
  private static final List<String> TRAILERS =
      List.of("grpc-status", "grpc-message", "grpc-status-details-bin");

  private static final String PROXY_PREFIX = "proxy-";
  private static final String ALT_SVC = "alt-svc";

  private Fields() {}

  /// Copies what may travel to the origin. `Host` and `Via` are the caller's to set.
  static void copyRequest(HttpHeaders from, HttpHeaders to) {
    List<String> named = connectionOptions(from);
    for (Map.Entry<String, String> field : from) {
      String name = name(field.getKey());
      boolean own = name.equals("host") || name.equals("content-length") || ROUTING.contains(name);
      if (!own && !staysHere(name, named)) {
        to.add(field.getKey(), field.getValue());
      }
    }
  }

  /// Copies what may travel to the client. `Alt-Svc` would send it to QUIC, past the gate.
  static void copyResponse(HttpHeaders from, HttpHeaders to) {
    List<String> named = connectionOptions(from);
    for (Map.Entry<String, String> field : from) {
      String name = name(field.getKey());
      if (!name.equals(ALT_SVC) && !staysHere(name, named)) {
        to.add(field.getKey(), field.getValue());
      }
    }
  }

  /// Servers behind CGI, WSGI or Rack read `_` in a name as `-`, so `Content_Length` is judged as
  /// what it may become.
  private static String name(CharSequence written) {
    return written.toString().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// The end of an answer with those of its trailers that are listed: what gRPC says behind a body.
  static LastHttpContent withListedTrailers(LastHttpContent last) {
    if (last.trailingHeaders().isEmpty()) {
      return last;
    }
    LastHttpContent listed = new DefaultLastHttpContent(last.content());
    for (String name : TRAILERS) {
      for (String value : last.trailingHeaders().getAll(name)) {
        listed.trailingHeaders().add(name, value);
      }
    }
    return listed;
  }

  private static boolean staysHere(String name, List<String> named) {
    return HOP_BY_HOP.contains(name) || name.startsWith(PROXY_PREFIX) || named.contains(name);
  }

  /// The fields that `Connection` names. Framing and `Host` cannot be named away.
  private static List<String> connectionOptions(HttpHeaders headers) {
    return headers.getAllAsString(HttpHeaderNames.CONNECTION).stream()
        .flatMap(value -> List.of(value.split(",", -1)).stream())
        .map(option -> name(option.trim()))
        .filter(option -> !option.equals("content-length") && !option.equals("host"))
        .toList();
  }
}
