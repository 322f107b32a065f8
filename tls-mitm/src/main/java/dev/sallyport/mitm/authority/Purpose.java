package dev.sallyport.mitm.authority;

import java.time.Duration;

/// What a leaf is shown for. The two have issuers of their own, so that the key that signs for
/// hosts whose traffic passes can be held to these hosts.
public enum Purpose {
  /// In front of a host that the policy intercepts.
  INTERCEPT("intercept", Duration.ofDays(7)),
  /// In front of no origin at all: to tell a refusal in words, then close.
  REFUSE("refuse", Duration.ofMinutes(20));

  private final String label;
  private final Duration lifetime;

  Purpose(String label, Duration lifetime) {
    this.label = label;
    this.lifetime = lifetime;
  }

  /// The word in subjects and file names.
  String label() {
    return label;
  }

  /// What a person calls its issuer.
  public String issuer() {
    return "the issuer for `" + label + "`";
  }

  /// How long a leaf is good from the moment it is minted.
  Duration lifetime() {
    return lifetime;
  }
}
