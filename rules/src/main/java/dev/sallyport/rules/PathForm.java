package dev.sallyport.rules;

/// How a request's path is written. Where a rule looks at the path, only a canonical one may pass:
/// an origin could read any other one differently from the rule (RFC 3986 section 6.2.2).
public enum PathForm {
  /// Nothing in it can be read in two ways.
  CANONICAL(""),
  /// An encoded slash, and otherwise canonical: some origins take it for a slash.
  ENCODED_SLASH("the path holds an encoded slash"),
  DOT_SEGMENT("the path holds a dot segment"),
  EMPTY_SEGMENT("the path holds `//`"),
  BACKSLASH("the path holds a backslash"),
  ENCODED_DOT("the path holds an encoded dot"),
  ENCODED_PLAIN("the path encodes a character that needs no encoding"),
  BROKEN_ENCODING("the path holds `%` without two hexadecimal digits"),
  CONTROL("the path holds a control character"),
  /// It does not begin with a slash, as that of `OPTIONS *`.
  NO_SLASH("the path does not begin with a slash");

  private final String sentence;

  PathForm(String sentence) {
    this.sentence = sentence;
  }

  /// What is wrong, for a person; empty for [#CANONICAL].
  public String sentence() {
    return sentence;
  }

  /// Whether no rule on paths can judge it. An encoded slash is up to the entry.
  public boolean isAmbiguous() {
    return this != CANONICAL && this != ENCODED_SLASH;
  }

  /// The form of a path as it was sent.
  public static PathForm of(String path) {
    if (!path.startsWith("/")) {
      return NO_SLASH;
    }
    PathForm octets = ofOctets(path);
    if (octets.isAmbiguous()) {
      return octets;
    }
    int start = 1;
    while (start <= path.length()) {
      int slash = path.indexOf('/', start);
      int end = slash < 0 ? path.length() : slash;
      if (end == start && slash >= 0) {
        return EMPTY_SEGMENT;
      }
      if (isDots(path, start, end)) {
        return DOT_SEGMENT;
      }
      start = end + 1;
    }
    return octets;
  }

  /// `.` or `..`, also before a path parameter: some origins drop those first.
  private static boolean isDots(String path, int start, int end) {
    String segment = path.substring(start, end);
    int parameter = segment.indexOf(';');
    String name = parameter < 0 ? segment : segment.substring(0, parameter);
    return name.equals(".") || name.equals("..");
  }

  private static PathForm ofOctets(String path) {
    PathForm form = CANONICAL;
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '\\') {
        return BACKSLASH;
      }
      if (c <= ' ' || c >= 0x7f) {
        return CONTROL;
      }
      if (c == '%') {
        int octet = octet(path, i);
        PathForm encoded = ofEncoded(octet);
        if (encoded.isAmbiguous()) {
          return encoded;
        }
        form = encoded == ENCODED_SLASH ? ENCODED_SLASH : form;
        i += 2;
      }
    }
    return form;
  }

  private static PathForm ofEncoded(int octet) {
    if (octet < 0) {
      return BROKEN_ENCODING;
    }
    if (octet < ' ' || octet == 0x7f) {
      return CONTROL;
    }
    return switch (octet) {
      case '/' -> ENCODED_SLASH;
      case '.' -> ENCODED_DOT;
      case '\\' -> BACKSLASH;
      default -> isUnreserved(octet) ? ENCODED_PLAIN : CANONICAL;
    };
  }

  private static boolean isUnreserved(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_'
        || c == '~';
  }

  /// The octet behind a percent sign; -1 when two hexadecimal digits do not follow.
  static int octet(String text, int percent) {
    if (percent + 2 >= text.length()) {
      return -1;
    }
    int high = Character.digit(text.charAt(percent + 1), 16);
    int low = Character.digit(text.charAt(percent + 2), 16);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
  }
}
