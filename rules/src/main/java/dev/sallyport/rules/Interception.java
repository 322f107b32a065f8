package dev.sallyport.rules;

/// What `intercept:` says of an entry's connections.
public enum Interception {
  /// What the entry's class says.
  AS_CLASS,
  /// A tunnel, unless another candidate for the same host intercepts.
  OFF,
  /// Intercepted, and every request judged whole.
  ON,
  /// A tunnel on purpose: no other entry for the host may look at requests.
  NEVER
}
