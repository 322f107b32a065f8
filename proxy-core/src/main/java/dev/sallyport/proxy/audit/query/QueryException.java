package dev.sallyport.proxy.audit.query;

/// A question that cannot be understood, with a sentence for the user. It carries no stack trace:
/// nothing is wrong with the program.
public final class QueryException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String sentence;

  QueryException(String sentence) {
    super(sentence, null, false, false);
    this.sentence = sentence;
  }

  /// What is wrong and what was expected, without a full stop.
  public String sentence() {
    return sentence;
  }
}
