package dev.sallyport.proxy.accept;

/// A listener's TLS cannot be set up.
public final class CannotSecureException extends Exception {
  private static final long serialVersionUID = 1L;

  /// @param sentence what is wrong and what to do
  CannotSecureException(String sentence, Throwable cause) {
    super(sentence, cause);
  }

  /// What a person is told.
  public String sentence() {
    return String.valueOf(getMessage());
  }
}
