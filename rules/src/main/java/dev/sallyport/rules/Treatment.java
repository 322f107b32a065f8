package dev.sallyport.rules;

/// What happens to an allowed connection.
public enum Treatment {
  TUNNEL("tunnel"),
  INTERCEPT("intercept");

  private final String code;

  Treatment(String code) {
    this.code = code;
  }

  /// The word in events.
  public String code() {
    return code;
  }
}
