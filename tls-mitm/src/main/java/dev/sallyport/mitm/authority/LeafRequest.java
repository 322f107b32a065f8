package dev.sallyport.mitm.authority;

import java.util.List;

/// What a client is to be shown.
///
/// @param host canonical name or address literal: the host that the client asked for, and the only
///   one that the leaf will name
/// @param purpose which issuer signs
/// @param protocols ALPN names that may be chosen from the client's offer, best first; empty for
///   none
public record LeafRequest(String host, Purpose purpose, List<String> protocols) {
  /// Copies.
  public LeafRequest {
    protocols = List.copyOf(protocols);
  }
}
