package dev.sallyport.proxy.dial;

import dev.sallyport.rules.Reason;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;

/// How a dial ended.
public sealed interface DialOutcome {
  /// A connection to the origin, or through a parent proxy. It does not read until asked
  /// (`autoRead` is off), allows half-closure, and nothing in its pipeline takes or gives octets.
  ///
  /// @param peer the address that was dialled
  record Connected(Channel channel, InetSocketAddress peer, Route route) implements DialOutcome {}

  /// No connection.
  ///
  /// @param reason one of `address-not-allowed`, `origin-unresolved`, `origin-unreachable`,
  ///   `origin-timeout`, `parent-refused`, `loop`, `internal-error`
  record Failed(Reason reason) implements DialOutcome {}
}
