package dev.sallyport.proxy.stage;

import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Scheme;
import java.time.Instant;

/// A request whose destination is parsed.
///
/// @param requestId a ULID; named in refusals and events
public record Requested(
    Accepted accepted,
    String requestId,
    Instant at,
    Entrance entrance,
    Destination destination,
    RequestFacts facts) {
  /// Whether a connection is asked for, of whose requests nothing is known yet.
  public boolean isForConnection() {
    return switch (entrance) {
      case CONNECT -> true;
      case SOCKS, TRANSPARENT -> destination.scheme() == Scheme.HTTPS;
      case ABSOLUTE_FORM, INTERCEPTED, GATEWAY -> false;
    };
  }

  /// The same for another destination.
  public Requested to(Destination other) {
    return new Requested(accepted, requestId, at, entrance, other, facts);
  }
}
