package dev.sallyport.rules;

import java.time.Instant;

/// `mode: report`: what the rules would refuse is let through and recorded.
///
/// @param owner who answers for it
/// @param until when enforcement begins again
public record ReportMode(String owner, Instant until) {
  /// Whether it still holds.
  public boolean isInForce(Instant at) {
    return at.isBefore(until);
  }
}
