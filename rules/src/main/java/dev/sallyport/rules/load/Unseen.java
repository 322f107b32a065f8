package dev.sallyport.rules.load;

/// Characters that a reviewer cannot see, or sees in another place than where they stand.
///
/// YAML ends a line, and with it a comment, at U+0085, U+2028, U+2029 and a lone carriage return,
/// where most editors show none; the bidirectional controls reorder what is shown (CVE-2021-42574).
/// A policy is reviewed by eye, so neither may stand in one.
final class Unseen {
  private Unseen() {}

  /// Whether the code point is a control, a format character, a line separator or half a pair.
  static boolean isUnseen(int codePoint) {
    if (codePoint >= ' ' && codePoint < 0x7f) {
      return false;
    }
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> false;
    };
  }

  /// The index of the first character that may not stand in a file, or -1. Tab, line feed and a
  /// carriage return before a line feed may.
  static int indexIn(String text) {
    int n = text.length();
    for (int i = 0; i < n; i++) {
      char c = text.charAt(i);
      if ((c >= ' ' && c < 0x7f) || c == '\n' || c == '\t') {
        continue;
      }
      if (c == '\r' && i + 1 < n && text.charAt(i + 1) == '\n') {
        continue;
      }
      int codePoint = text.codePointAt(i);
      if (isUnseen(codePoint)) {
        return i;
      }
      i += Character.charCount(codePoint) - 1;
    }
    return -1;
  }
}
