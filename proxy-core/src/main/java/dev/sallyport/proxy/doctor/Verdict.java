package dev.sallyport.proxy.doctor;

import java.util.Locale;

/// What a check came to.
public enum Verdict {
  /// As it should be.
  FINE("ok"),
  /// Worth knowing, and no failure where it is expected.
  NOTE("note"),
  /// Nothing speaks against it, and nothing proves it.
  UNPROVEN("?"),
  /// Could not be checked, for a reason that another finding tells.
  SKIPPED("-"),
  /// Not as it should be.
  FAILS("FAIL");

  private final String word;

  Verdict(String word) {
    this.word = word;
  }

  /// The word in JSON.
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The word in the table.
  public String word() {
    return word;
  }
}
