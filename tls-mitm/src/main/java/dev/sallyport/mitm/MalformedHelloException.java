package dev.sallyport.mitm;

/// The octets are TLS but not a ClientHello that a strict origin takes. Expected from the network,
/// so it carries no stack trace; it never leaves this package.
final class MalformedHelloException extends Exception {
  private static final long serialVersionUID = 1;

  /// @param why our words; nothing of the client's
  MalformedHelloException(String why) {
    super(why, null, false, false);
  }

  /// What is wrong.
  String why() {
    return String.valueOf(getMessage());
  }
}
