package dev.sallyport.proxy.audit;

/// Text from outside, made fit for a terminal.
public final class Printable {
  private static final int REPLACEMENT = 0xfffd;

  private Printable() {}

  /// The same text with U+FFFD in the place of everything that could move a cursor, end a line,
  /// reorder or hide characters: control and format characters, separators of lines and paragraphs,
  /// halves of pairs, private and unassigned code points.
  public static String text(String from) {
    if (from.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
      return from;
    }
    StringBuilder out = new StringBuilder(from.length());
    from.codePoints().forEach(c -> out.appendCodePoint(isHarmless(c) ? c : REPLACEMENT));
    return out.toString();
  }

  private static boolean isHarmless(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
