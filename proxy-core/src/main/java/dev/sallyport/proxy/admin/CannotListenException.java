package dev.sallyport.proxy.admin;

/// The admin listener or the control socket could not be opened. The message is one sentence for a
/// person; the gate does not start (exit code 3).
public final class CannotListenException extends Exception {
  private static final long serialVersionUID = 1L;

  /// @param sentence what was asked for, why it failed, what to do
  public CannotListenException(String sentence) {
    super(sentence);
  }

  CannotListenException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
