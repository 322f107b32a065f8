package dev.sallyport.proxy.intercept;

/// How a handshake ended.
public sealed interface HandshakeEnd {
  /// Both sides agree.
  ///
  /// @param protocol what ALPN agreed on; `http/1.1` where it was not asked
  record Secured(String protocol) implements HandshakeEnd {}

  /// It came to nothing.
  ///
  /// @param cause of TLS or of the connection
  record Failed(Throwable cause) implements HandshakeEnd {}
}
