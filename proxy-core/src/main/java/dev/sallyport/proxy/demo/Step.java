package dev.sallyport.proxy.demo;

/// One thing that was tried or looked at.
///
/// @param request what was asked for, in a line
/// @param expected what the script expects to see
/// @param seen what was seen, in the same words
/// @param remark why, for a person; may be empty
public record Step(Kind kind, String request, String expected, String seen, String remark) {
  /// What the script wants to show.
  public enum Kind {
    /// It is let through.
    ALLOWED,
    /// It is refused or ended.
    REFUSED,
    /// Something beside the session is as it should be.
    PROOF
  }

  /// Whether it went as scripted.
  public boolean holds() {
    return expected.equals(seen);
  }
}
