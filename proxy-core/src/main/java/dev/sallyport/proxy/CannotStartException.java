package dev.sallyport.proxy;

import java.util.Optional;

/// The gate could not start. The message is one sentence for a person (exit code 3).
public final class CannotStartException extends Exception {
  private static final long serialVersionUID = 1L;

  public CannotStartException(String sentence) {
    super(sentence);
  }

  CannotStartException(String sentence, Throwable cause) {
    super(sentence, cause);
  }

  /// @param failed whose message is a sentence for a person already
  static CannotStartException because(Exception failed) {
    return new CannotStartException(
        Optional.ofNullable(failed.getMessage()).orElse("the gate could not start"), failed);
  }
}
