package dev.sallyport.rules;

import java.util.Locale;

/// How a client came to be known, for the record.
public enum IdentityMethod {
  TOKEN,
  MTLS,
  ADDRESS,
  LISTENER,
  NONE;

  /// The word in events.
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
