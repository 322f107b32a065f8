package dev.sallyport.proxy.identify;

/// Tokens that cannot be read. What it says is meant for a person: one sentence, or a problem a
/// line. It carries no stack trace: the file is its author's matter.
public final class UnreadableTokensException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String why;

  UnreadableTokensException(String why) {
    super(why, null, false, false);
    this.why = why;
  }

  /// What a person is told.
  public String why() {
    return why;
  }
}
