package dev.sallyport.mitm.origin;

/// A certificate does not follow the standard. Never leaves this package.
final class MalformedCertificateException extends Exception {
  private static final long serialVersionUID = 1;

  /// @param why our words, about the certificate as `it`
  MalformedCertificateException(String why) {
    super(why, null, false, false);
  }

  /// What is wrong.
  String why() {
    return String.valueOf(getMessage());
  }
}
