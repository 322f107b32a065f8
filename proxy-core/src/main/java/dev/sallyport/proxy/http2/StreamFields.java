package dev.sallyport.proxy.http2;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Fields of HTTP/1.1 as those of a stream.
final class StreamFields {
  /// What HTTP/2 does not have (RFC 9113 section 8.2.2), and Host, which is `:authority` there.
  private static final Set<String> LEFT_OUT =
      Set.of(
          "connection", "host", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade");

  private StreamFields() {}

  static void copy(HttpHeaders from, Http2Headers to) {
    for (Map.Entry<String, String> field : from) {
      String name = field.getKey().toLowerCase(Locale.ROOT);
      if (!LEFT_OUT.contains(name)) {
        to.add(name, field.getValue());
      }
    }
  }
}
