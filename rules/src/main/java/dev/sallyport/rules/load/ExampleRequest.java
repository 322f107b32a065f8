package dev.sallyport.rules.load;

import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.RequestSight;
import dev.sallyport.rules.Scheme;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// A request as a person writes it in a test or asks about it: `GET https://name.example/path`,
/// `CONNECT name.example:443`, or a URL alone, which is a GET. `wss://` and `ws://` are the
/// beginning of a WebSocket (RFC 6455 section 3): a GET over https or http.
///
/// @param method the HTTP method, as written
/// @param target path and query as written, `/` when there is none; empty for CONNECT
/// @param webSocket whether it asks for a WebSocket
public record ExampleRequest(
    String method, Destination destination, String target, boolean webSocket) {
  private static final Pattern METHOD = Pattern.compile("[A-Z][A-Z-]{0,31}");

  /// Reads one.
  ///
  /// @throws MalformedHostException when the text is anything else; the message says what is wrong
  ///   and quotes nothing
  public static ExampleRequest parse(String text) throws MalformedHostException {
    int space = text.indexOf(' ');
    String method = space < 0 ? "GET" : text.substring(0, space);
    String rest = text.substring(space + 1);
    if (!METHOD.matcher(method).matches()) {
      throw new MalformedHostException("a method is written in capitals");
    }
    if (method.equals("CONNECT")) {
      return new ExampleRequest(
          method, destination(Scheme.HTTPS, rest, Optional.empty()), "", false);
    }
    int slashes = rest.indexOf("://");
    String word = slashes < 0 ? "" : rest.substring(0, slashes).toLowerCase(Locale.ROOT);
    Scheme scheme = scheme(word);
    boolean webSocket = word.startsWith("ws");
    if (webSocket && !method.equals("GET")) {
      throw new MalformedHostException("a WebSocket begins with a GET");
    }
    int start = slashes + "://".length();
    int end = start;
    while (end < rest.length() && "/?#".indexOf(rest.charAt(end)) < 0) {
      end++;
    }
    Destination destination =
        destination(scheme, rest.substring(start, end), Optional.of(scheme.defaultPort()));
    return new ExampleRequest(method, destination, target(rest.substring(end)), webSocket);
  }

  /// What a policy may see of it; empty for CONNECT, of which nothing is seen yet.
  ///
  /// @param headers field lines by name
  public Optional<RequestSight> sight(Map<String, List<String>> headers) {
    return target.isEmpty()
        ? Optional.empty()
        : Optional.of(RequestSight.of(method, target, headers))
            .map(seen -> webSocket ? seen.forWebSocket() : seen);
  }

  private static Scheme scheme(String word) throws MalformedHostException {
    return switch (word) {
      case "https", "wss" -> Scheme.HTTPS;
      case "http", "ws" -> Scheme.HTTP;
      default -> throw new MalformedHostException("a URL begins with `https://` or `http://`");
    };
  }

  private static String target(String afterAuthority) throws MalformedHostException {
    if (afterAuthority.chars().anyMatch(c -> c <= ' ' || c >= 0x7f || c == '#')) {
      throw new MalformedHostException(
          "a URL holds no white space, no `#` and no character beyond ASCII");
    }
    return afterAuthority.startsWith("/") ? afterAuthority : "/" + afterAuthority;
  }

  private static Destination destination(Scheme scheme, String authority, Optional<Integer> noPort)
      throws MalformedHostException {
    int colon = authority.lastIndexOf(':');
    boolean bare = colon <= authority.lastIndexOf(']');
    if (bare && noPort.isEmpty()) {
      throw new MalformedHostException("CONNECT is followed by host and port");
    }
    Host host = Host.parse(bare ? authority : authority.substring(0, colon));
    int port = bare ? noPort.get() : port(authority.substring(colon + 1));
    return new Destination(scheme, host, port);
  }

  private static int port(String text) throws MalformedHostException {
    return Values.integer(text)
        .filter(port -> port >= 1 && port <= Destination.MAX_PORT)
        .orElseThrow(() -> new MalformedHostException("a port is 1 to " + Destination.MAX_PORT));
  }
}
