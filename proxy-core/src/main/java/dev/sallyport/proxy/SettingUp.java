package dev.sallyport.proxy;

import dev.sallyport.proxy.accept.Handshakes;
import dev.sallyport.proxy.metrics.ConnectionLimit;
import dev.sallyport.proxy.stage.Accepted;
import org.jspecify.annotations.Nullable;

/// A client's request among those that are being set up (docs/limits.md). On its event loop.
final class SettingUp {
  private final GateParts parts;
  private final Accepted accepted;
  private Handshakes.@Nullable Begun begun;

  SettingUp(GateParts parts, Accepted accepted) {
    this.parts = parts;
    this.accepted = accepted;
  }

  /// A request has begun to come; false where too much is being set up already.
  boolean begin() {
    return switch (parts.handshakes().begin(accepted.client().getAddress())) {
      case Handshakes.Begun one -> {
        begun = one;
        yield true;
      }
      case Handshakes.Full(ConnectionLimit limit) -> {
        parts.metrics().connectionRefused(limit);
        yield false;
      }
    };
  }

  /// It is refused, or has what it needs.
  void end() {
    if (begun != null) {
      begun.end();
      begun = null;
    }
  }
}
