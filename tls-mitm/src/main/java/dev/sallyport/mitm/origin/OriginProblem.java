package dev.sallyport.mitm.origin;

/// What can be wrong with an origin's TLS; a closed list, for metrics and events.
public enum OriginProblem {
  /// A certificate on the way to the root is past its end.
  EXPIRED,
  /// A certificate on the way to the root has not begun.
  NOT_YET_VALID,
  /// The certificate is for other hosts.
  WRONG_NAME,
  /// The certificate names no host where one has to be named: a common name does not count.
  NO_NAME,
  /// The origin signed its certificate itself, and nobody said that it is trusted.
  SELF_SIGNED,
  /// No trusted root is found, and the origin sent nothing but its own certificate.
  INCOMPLETE_CHAIN,
  /// No root that the gate trusts is behind the certificate.
  UNKNOWN_ROOT,
  /// An issuer on the way may not issue, or not this.
  ISSUER_NOT_PERMITTED,
  /// The certificate is not for servers.
  WRONG_USAGE,
  /// A key that can be broken.
  WEAK_KEY,
  /// A signature that can be forged.
  WEAK_SIGNATURE,
  /// A certificate that does not follow the standard, or asks for something that nobody here knows.
  MALFORMED,
  /// More certificates or names than anybody honest sends.
  TOO_COMPLEX,
  /// No version of TLS, cipher or group that both sides accept.
  NO_COMMON_GROUND,
  /// The origin wants a certificate of the gate, or another one.
  CLIENT_CERTIFICATE,
  /// The origin ended the handshake without a reason that is in this list.
  REFUSED_BY_ORIGIN,
  /// The origin did not say all it had to in time.
  TIMEOUT,
  /// What the origin sends is not TLS.
  NOT_TLS,
  /// Any other failure.
  OTHER
}
