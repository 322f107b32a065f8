package dev.sallyport.rules;

import java.util.Locale;

/// What a decision says.
public enum Outcome {
  ALLOW,
  DENY,
  ASK;

  /// The word in policies and events.
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
