package dev.sallyport.proxy.wire;

/// Octets that are not the one strict form. The message says what is wrong in our words and quotes
/// nothing of the peer's. It carries no stack trace: garbage from the network is expected.
public final class WireException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String why;

  public WireException(String why) {
    super(why, null, false, false);
    this.why = why;
  }

  /// What is wrong, in our words.
  public String why() {
    return why;
  }
}
