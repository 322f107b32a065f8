package dev.sallyport.proxy;

/// The gate could not start. The message is one sentence for a person (exit code 3).
public final class CannotStartException extends Exception {
  private static final long serialVersionUID = 1L;

  public CannotStartException(String sentence) {
    super(sentence);
  }

  CannotStartException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
