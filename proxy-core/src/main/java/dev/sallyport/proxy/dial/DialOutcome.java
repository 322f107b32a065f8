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
  ///   `origin-timeout`, `parent-refused` and its like, `loop`, `internal-error`
  /// @param detail more than the reason says, for people; empty when there is nothing more
  record Failed(Reason reason, String detail) implements DialOutcome {
    /// Nothing more is known.
    public Failed(Reason reason) {
      this(reason, "");
    }
  }
}
