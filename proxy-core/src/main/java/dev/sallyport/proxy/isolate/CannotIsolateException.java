package dev.sallyport.proxy.isolate;

/// This system does not give what isolation needs.
public final class CannotIsolateException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String sentence;

  CannotIsolateException(String sentence) {
    super(sentence, null, false, false);
    this.sentence = sentence;
  }

  /// What is wrong, for a person.
  public String sentence() {
    return sentence;
  }
}
