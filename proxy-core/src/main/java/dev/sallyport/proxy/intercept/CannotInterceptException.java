package dev.sallyport.proxy.intercept;

/// What interception needs cannot be had; the message says what to do about it.
public final class CannotInterceptException extends Exception {
  private static final long serialVersionUID = 1L;

  CannotInterceptException(String message) {
    super(message);
  }

  CannotInterceptException(String message, Throwable cause) {
    super(message, cause);
  }
}
