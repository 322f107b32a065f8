package dev.sallyport.proxy.dial;

import java.net.InetSocketAddress;

/// An address that may be connected to, with the word of whoever allows it in its type. The
/// connecting code takes nothing else.
sealed interface Endpoint permits AddressGuard.VettedAddress, OperatorAddress {
  /// Resolved; it carries no host name, so that nothing can ask a resolver for one.
  InetSocketAddress socketAddress();
}
