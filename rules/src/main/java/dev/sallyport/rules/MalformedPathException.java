package dev.sallyport.rules;

/// A text is not a path pattern; the message says what is wrong and quotes nothing.
public final class MalformedPathException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedPathException(String message) {
    super(message, null, false, false);
  }
}
