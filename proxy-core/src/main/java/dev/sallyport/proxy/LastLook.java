package dev.sallyport.proxy;

import dev.sallyport.proxy.accept.OpenConnections;
import dev.sallyport.rules.Reason;
import java.util.Optional;

/// What has come to stand against something open since the last look. A sweep judges by what it
/// finds at its own moment, so whoever comes to know more looks again; and first when it is among
/// what is open. For one event loop.
final class LastLook {
  private final GateParts parts;
  private final OpenConnections.Judged judged;
  private long sweepsSeen = -1;

  LastLook(GateParts parts, OpenConnections.Judged judged) {
    this.parts = parts;
    this.judged = judged;
  }

  /// The objection of what holds now; empty when nothing has changed since the last look, or none
  /// stands.
  Optional<Reason> change() {
    long sweeps = parts.open().sweeps();
    if (sweeps == sweepsSeen) {
      return Optional.empty();
    }
    sweepsSeen = sweeps;
    return judged.objection(parts.standing());
  }
}
