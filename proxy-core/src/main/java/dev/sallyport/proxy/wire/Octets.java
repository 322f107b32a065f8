package dev.sallyport.proxy.wire;

/// The character classes of RFC 9110 section 5.6 and RFC 9112 as tables.
final class Octets {
  static final byte CR = '\r';
  static final byte LF = '\n';
  static final byte SP = ' ';
  static final byte HTAB = '\t';
  static final byte COLON = ':';

  private static final boolean[] TOKEN = new boolean[256];

  static {
    for (int c = '0'; c <= '9'; c++) {
      TOKEN[c] = true;
    }
    for (int c = 'A'; c <= 'Z'; c++) {
      TOKEN[c] = true;
      TOKEN[c + ('a' - 'A')] = true;
    }
    for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
      TOKEN[c] = true;
    }
  }

  private Octets() {}

  /// `tchar` of RFC 9110 section 5.6.2.
  static boolean isToken(byte octet) {
    return TOKEN[octet & 0xff];
  }

  /// What a field value may hold: visible, space, tab, and octets above ASCII (`obs-text`).
  static boolean isFieldValue(byte octet) {
    int c = octet & 0xff;
    return (c >= 0x20 && c != 0x7f) || c == HTAB;
  }

  /// What a request target may hold here: visible octets, and those above ASCII, which many clients
  /// send in paths.
  static boolean isTarget(byte octet) {
    int c = octet & 0xff;
    return c > 0x20 && c != 0x7f;
  }

  static int hexDigit(byte octet) {
    int c = octet & 0xff;
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    int lower = c | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }
}
