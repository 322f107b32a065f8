package dev.sallyport.proxy.state;

/// A state file that cannot be used. The message is meant for a person: one sentence, or a problem
/// a line.
public final class UnreadableStateException extends Exception {
  private static final long serialVersionUID = 1L;

  UnreadableStateException(String why) {
    super(why, null, false, false);
  }
}
