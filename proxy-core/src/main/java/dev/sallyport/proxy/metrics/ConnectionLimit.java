package dev.sallyport.proxy.metrics;

/// The limits that turn a client's connection away.
public enum ConnectionLimit {
  /// `limits.connections`: of the whole gate.
  CONNECTIONS("connections"),
  /// `limits.connections-per-client`.
  CONNECTIONS_PER_CLIENT("connections-per-client");

  private final String code;

  ConnectionLimit(String code) {
    this.code = code;
  }

  /// The word in metrics and settings.
  public String code() {
    return code;
  }
}
