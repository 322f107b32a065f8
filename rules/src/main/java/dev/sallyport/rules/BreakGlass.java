package dev.sallyport.rules;

import java.time.Instant;

/// An emergency in which what no entry allows passes all the same. `deny`, the kill switch,
/// credentials, the address guard and the audit are enforced as ever.
///
/// @param id names it in events
/// @param by the user of the machine who broke the glass
/// @param until when enforcement begins again
public record BreakGlass(String id, String reason, String by, Instant at, Instant until) {
  /// Whether it is open at a time.
  public boolean isInForce(Instant when) {
    return when.isBefore(until);
  }

  ReportMode asReportMode() {
    return new ReportMode(by, until);
  }
}
