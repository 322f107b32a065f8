package dev.sallyport.proxy.wire;

import java.util.Set;

/// Checks single fields of HTTP/2 (RFC 9113 section 8.2).
final class StreamField {
  /// Fields of one connection, which HTTP/2 does not have (section 8.2.2).
  private static final Set<String> CONNECTION =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "transfer-encoding",
          "upgrade",
          "http2-settings");

  private static final int MAX_LENGTH_DIGITS = 18;

  private StreamField() {}

  /// Checks a field that is not a pseudo-field.
  static void check(String name, String value) throws WireException {
    checkName(name);
    checkValue(value);
  }

  static void checkName(String name) throws WireException {
    if (name.isEmpty()) {
      throw new WireException("a field has no name");
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c > 0x7f || !Octets.isToken((byte) c) || (c >= 'A' && c <= 'Z')) {
        throw new WireException("a field name is not a token in lower case");
      }
    }
    if (CONNECTION.contains(name)) {
      throw new WireException("a field of one connection stands in HTTP/2");
    }
  }

  static void checkValue(String value) throws WireException {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c > 0xff || !Octets.isFieldValue((byte) c)) {
        throw new WireException("a field value holds a control octet");
      }
    }
    if (!value.isEmpty()
        && (isBlank(value.charAt(0)) || isBlank(value.charAt(value.length() - 1)))) {
      throw new WireException("a field value begins or ends with white space");
    }
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  /// The number that Content-Length says.
  static long length(String value) throws WireException {
    boolean right =
        !value.isEmpty()
            && value.length() <= MAX_LENGTH_DIGITS
            && value.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!right) {
      throw new WireException("Content-Length is not one plain number");
    }
    return Long.parseLong(value);
  }
}
