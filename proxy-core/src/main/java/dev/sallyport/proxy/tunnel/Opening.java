package dev.sallyport.proxy.tunnel;

import dev.sallyport.proxy.stage.HelloFacts;

/// What a tunnel began with, kept as long as the tunnel is open so that a new policy can judge it
/// again.
public sealed interface Opening {
  /// A ClientHello.
  ///
  /// @param name what it says of the server's name
  /// @param fingerprint tells programs apart
  record Tls(ServerNameSeen name, HelloFacts facts, long fingerprint) implements Opening {}

  /// Octets that are not TLS, or none yet.
  ///
  /// @param why our words
  record Other(String why) implements Opening {}

  /// TLS, but not a ClientHello that every origin reads alike: one of them could find a name in it.
  ///
  /// @param why our words
  record Unreadable(String why) implements Opening {}

  /// The server name in a ClientHello.
  enum ServerNameSeen {
    /// It is the CONNECT host.
    SAME,
    /// It is a host, but another one.
    DIFFERENT,
    /// There is none.
    ABSENT,
    /// What stands there is not one host name.
    INVALID
  }
}
