package dev.sallyport.proxy;

import dev.sallyport.rules.RequestSight;
import io.netty.handler.codec.http.HttpRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A request's head as the policy sees it.
final class SeenRequest {
  private SeenRequest() {}

  /// What is judged, which is what is sent on.
  ///
  /// @param originForm path and query as they were sent
  static RequestSight of(HttpRequest head, String originForm) {
    Map<String, List<String>> headers = new HashMap<>();
    for (Map.Entry<String, String> field : head.headers()) {
      headers
          .computeIfAbsent(field.getKey().toLowerCase(Locale.ROOT), name -> new ArrayList<>(1))
          .add(field.getValue());
    }
    return RequestSight.of(head.method().name(), originForm, headers);
  }
}
