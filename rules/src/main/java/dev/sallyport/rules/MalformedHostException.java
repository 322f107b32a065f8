package dev.sallyport.rules;

/// Text that is not a host in the one form that Sallyport reads. The message says what is wrong and
/// never quotes the text, because it may come from a client. It carries no stack trace: bad names
/// are everyday input.
public final class MalformedHostException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String why;

  public MalformedHostException(String why) {
    super(why, null, false, false);
    this.why = why;
  }

  /// What is wrong, in our words.
  public String why() {
    return why;
  }
}
