package dev.sallyport.mitm.authority;

import dev.sallyport.mitm.keys.KeyFileException;

/// An authority cannot be opened, kept or extended. Nothing was replaced.
public final class AuthorityException extends Exception {
  private static final long serialVersionUID = 1;

  AuthorityException(String sentence) {
    super(sentence);
  }

  AuthorityException(KeyFileException cause) {
    super(cause.sentence(), cause);
  }

  /// What is wrong and what to do; no secrets.
  public String sentence() {
    return String.valueOf(getMessage());
  }
}
