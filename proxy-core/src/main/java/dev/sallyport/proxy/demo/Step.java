package dev.sallyport.proxy.demo;

/// One thing that was tried.
///
/// @param request what was asked for, in a line
/// @param expected what the script expects to see
/// @param seen what was seen, in the same words
/// @param remark why, for a person; may be empty
public record Step(String request, String expected, String seen, String remark) {
  /// Whether it went as scripted.
  public boolean holds() {
    return expected.equals(seen);
  }

  /// Whether the script expects that it is let through.
  public boolean isAllowed() {
    return expected.startsWith("200") || expected.startsWith("intact");
  }
}
