package dev.sallyport.rules;

import java.util.Locale;

/// How the bytes travel: `HTTP` is an absolute-form request in clear, `HTTPS` a CONNECT or an
/// intercepted request.
public enum Scheme {
  HTTP(80),
  HTTPS(443);

  private final int defaultPort;

  Scheme(int defaultPort) {
    this.defaultPort = defaultPort;
  }

  /// The port when none is written.
  public int defaultPort() {
    return defaultPort;
  }

  /// The word in URLs and policies.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
