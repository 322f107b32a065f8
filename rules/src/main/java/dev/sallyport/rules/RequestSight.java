package dev.sallyport.rules;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What a policy may see of a request whose destination is known: the head, as it was sent.
///
/// @param method a token of RFC 9110, case kept
/// @param path the octets before the question mark, neither decoded nor resolved
/// @param query the octets behind it; empty when there is no question mark
/// @param headers field lines by name in lower case
public record RequestSight(
    String method, String path, Optional<String> query, Map<String, List<String>> headers) {

  private static final String UPGRADE = "upgrade";
  private static final String WEB_SOCKET = "websocket";

  public RequestSight {
    Map<String, List<String>> lower = new TreeMap<>();
    headers.forEach(
        (name, values) -> lower.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
    headers = java.util.Collections.unmodifiableMap(lower);
  }

  /// A request without header fields.
  ///
  /// @param target path and query in origin-form (RFC 9112 section 3.2.1)
  public static RequestSight of(String method, String target) {
    return of(method, target, Map.of());
  }

  /// A request.
  ///
  /// @param target path and query in origin-form (RFC 9112 section 3.2.1)
  public static RequestSight of(String method, String target, Map<String, List<String>> headers) {
    int mark = target.indexOf('?');
    return mark < 0
        ? new RequestSight(method, target, Optional.empty(), headers)
        : new RequestSight(
            method, target.substring(0, mark), Optional.of(target.substring(mark + 1)), headers);
  }

  /// The field lines with this name; empty when there is none.
  ///
  /// @param name in lower case
  public List<String> header(String name) {
    return headers.getOrDefault(name, List.of());
  }

  /// The decoded values of a name in the query; empty when something in the query cannot be
  /// decoded.
  public Optional<List<String>> queryValues(String name) {
    return query.map(text -> QueryText.values(text, name)).orElse(Optional.of(List.of()));
  }

  /// Whether it asks its connection to become a WebSocket (RFC 6455 section 4.1), as far as that
  /// counts for a policy. Whether it is in order is for whoever carries it.
  public boolean asksForWebSocket() {
    List<String> upgrade = header(UPGRADE);
    return method.equals("GET")
        && upgrade.size() == 1
        && upgrade.getFirst().equalsIgnoreCase(WEB_SOCKET);
  }

  /// The same as the beginning of a WebSocket.
  public RequestSight forWebSocket() {
    Map<String, List<String>> fields = new TreeMap<>(headers);
    fields.put(UPGRADE, List.of(WEB_SOCKET));
    return new RequestSight(method, path, query, fields);
  }

  /// The same with another method.
  public RequestSight as(String other) {
    return new RequestSight(other, path, query, headers);
  }

  /// The same with every encoded slash of the path decoded, as some origins read it.
  RequestSight withPlainSlashes() {
    return new RequestSight(method, path.replace("%2f", "/").replace("%2F", "/"), query, headers);
  }
}
