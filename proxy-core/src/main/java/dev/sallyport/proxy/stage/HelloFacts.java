package dev.sallyport.proxy.stage;

import java.util.List;
import java.util.Optional;

/// What a ClientHello showed, for the record.
///
/// @param serverName the canonical name; empty when none was sent or it is not a host
/// @param protocols what ALPN offers, in the client's order
/// @param encrypted whether the hello carries an encrypted ClientHello
public record HelloFacts(Optional<String> serverName, List<String> protocols, boolean encrypted) {
  public HelloFacts {
    protocols = List.copyOf(protocols);
  }
}
