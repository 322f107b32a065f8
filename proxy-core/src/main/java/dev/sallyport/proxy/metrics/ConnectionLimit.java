package dev.sallyport.proxy.metrics;

/// The limits that turn a client's connection away.
public enum ConnectionLimit {
  /// `limits.connections`: of the whole gate.
  CONNECTIONS("connections"),
  /// `limits.connections-per-client`.
  CONNECTIONS_PER_CLIENT("connections-per-client"),
  /// Of what is being set up in the whole gate.
  HANDSHAKES("handshakes"),
  /// Of what is being set up for one client.
  HANDSHAKES_PER_CLIENT("handshakes-per-client");

  private final String code;

  ConnectionLimit(String code) {
    this.code = code;
  }

  /// The word in metrics and settings.
  public String code() {
    return code;
  }
}
