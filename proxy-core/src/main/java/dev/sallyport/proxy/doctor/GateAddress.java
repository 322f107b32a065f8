package dev.sallyport.proxy.doctor;

import dev.sallyport.proxy.config.ParentUrl;
import dev.sallyport.proxy.config.Parents.Parent;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Where a client finds its gate, as a proxy variable says it.
///
/// @param tls whether the gate is spoken to over TLS (`https://`)
/// @param host a name or an address, without brackets
/// @param authorization the value of `Proxy-Authorization`; a secret
public record GateAddress(boolean tls, String host, int port, Optional<String> authorization) {
  /// The first that is set names the gate; small letters first, as most clients have it.
  static final List<String> VARIABLES =
      List.of("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY");

  private static final String HTTPS = "https://";
  private static final String HTTP = "http://";

  /// Reads a URL; without a scheme it is http to every client.
  ///
  /// @return empty when it is no URL of a proxy that speaks HTTP
  public static Optional<GateAddress> of(String url) {
    String text = url.strip();
    boolean tls = text.toLowerCase(Locale.ROOT).startsWith(HTTPS);
    String plain = tls ? HTTP + text.substring(HTTPS.length()) : text;
    try {
      Parent parent = ParentUrl.parse(plain.contains("://") ? plain : HTTP + plain);
      return Optional.of(
          new GateAddress(tls, parent.host().text(), parent.port(), parent.authorization()));
    } catch (ParentUrl.MalformedException unreadable) {
      return Optional.empty();
    }
  }

  /// The gate that an environment names: the first variable that holds a proxy's URL.
  public static Optional<GateAddress> named(Map<String, String> environment) {
    return VARIABLES.stream()
        .map(name -> environment.getOrDefault(name, ""))
        .flatMap(value -> of(value).stream())
        .findFirst();
  }

  /// The URL without credentials.
  public String url() {
    return (tls ? HTTPS : HTTP) + authority();
  }

  /// `host:port`, an IPv6 address in brackets.
  String authority() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  /// Whether another address leads to the same listener.
  boolean isSamePlace(GateAddress other) {
    return tls == other.tls && host.equals(other.host) && port == other.port;
  }

  /// Without the credentials, which no output may show.
  @Override
  public String toString() {
    return url();
  }
}
