package dev.sallyport.proxy.admin;

/// A gate could not be asked over its control socket. The message is one sentence for a person.
public final class ControlException extends Exception {
  private static final long serialVersionUID = 1L;

  /// @param sentence what was tried, why it failed, what to do
  public ControlException(String sentence) {
    super(sentence);
  }

  ControlException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
