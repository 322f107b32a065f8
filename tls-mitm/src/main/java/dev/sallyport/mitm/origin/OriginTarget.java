package dev.sallyport.mitm.origin;

import dev.sallyport.mitm.keys.OwnKey;
import java.util.List;
import java.util.Optional;

/// Whom a handshake is with.
///
/// @param host canonical name or address literal that the client asked for: SNI (names only) and
///   what the certificate must name, wherever the bytes go
/// @param port that the client asked for
/// @param protocols ALPN names to offer, best first; empty for none
/// @param resumeUnder sessions are resumed among handshakes with the same key and never across
///   keys; empty for none at all
/// @param own what is shown to an origin that asks who the gate is; empty for nothing
public record OriginTarget(
    String host,
    int port,
    List<String> protocols,
    Optional<String> resumeUnder,
    Optional<OwnKey> own) {
  /// Copies.
  public OriginTarget {
    protocols = List.copyOf(protocols);
  }

  /// Without a certificate of the gate's.
  public OriginTarget(String host, int port, List<String> protocols, Optional<String> resumeUnder) {
    this(host, port, protocols, resumeUnder, Optional.empty());
  }
}
