package dev.sallyport.rules;

/// What happens to a connection.
public enum Treatment {
  TUNNEL("tunnel"),
  INTERCEPT("intercept"),
  /// Not allowed, and told so in words after a handshake of the gate's own.
  REFUSE_IN_BAND("refuse-in-band");

  private final String code;

  Treatment(String code) {
    this.code = code;
  }

  /// The word in events.
  public String code() {
    return code;
  }
}
