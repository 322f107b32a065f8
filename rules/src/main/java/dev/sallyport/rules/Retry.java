package dev.sallyport.rules;

/// Whether trying again can help; clients are told, because they repeat 5xx answers for minutes.
public enum Retry {
  NEVER("never"),
  LATER("later"),
  AFTER_APPROVAL("after-approval");

  private final String code;

  Retry(String code) {
    this.code = code;
  }

  /// The word in refusals.
  public String code() {
    return code;
  }
}
