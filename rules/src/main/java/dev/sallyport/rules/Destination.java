package dev.sallyport.rules;

/// Where a client wants to go. The one type for it: every entrance parses its input into a
/// destination once.
///
/// @param port 1 to 65535
public record Destination(Scheme scheme, Host host, int port) {
  public static final int MAX_PORT = 65_535;

  public Destination {
    if (port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException("a port is 1 to 65535");
    }
  }

  /// `host:port`, an IPv6 literal in brackets.
  public String authority() {
    return host.authorityText() + ":" + port;
  }

  /// `scheme://host`, with the port when it is not the scheme's own.
  public String url() {
    String base = scheme.text() + "://" + host.authorityText();
    return port == scheme.defaultPort() ? base : base + ":" + port;
  }

  @Override
  public String toString() {
    return url();
  }
}
