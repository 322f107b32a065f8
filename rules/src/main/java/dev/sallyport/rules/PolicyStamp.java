package dev.sallyport.rules;

/// Which policy decided.
///
/// @param version SHA-256 of the expanded canonical form, in hexadecimal
public record PolicyStamp(String name, String version) {
  private static final int SHORT = 7;

  /// `name @ 3f9c2e1`, the form that refusals carry.
  public String shortText() {
    return name + " @ " + version.substring(0, Math.min(SHORT, version.length()));
  }
}
