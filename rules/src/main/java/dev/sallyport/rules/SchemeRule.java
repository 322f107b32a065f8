package dev.sallyport.rules;

/// What `scheme:` says.
public enum SchemeRule {
  HTTP,
  HTTPS,
  ANY;

  /// Whether a destination's scheme is meant.
  public boolean matches(Scheme scheme) {
    return switch (this) {
      case ANY -> true;
      case HTTP -> scheme == Scheme.HTTP;
      case HTTPS -> scheme == Scheme.HTTPS;
    };
  }
}
