package dev.sallyport.proxy.audit.query;

import dev.sallyport.rules.load.Problem;
import java.util.Locale;

/// The words and signs of a condition, one after the other. For one thread.
final class WhereTokens {
  private static final String SIGNS = "=!<>~";
  private static final String ENDS_A_WORD = SIGNS + "()\"'";

  /// How many characters around a mistake are shown.
  private static final int SHOWN = 24;

  /// What stands at a place.
  enum Kind {
    WORD,
    QUOTED,
    SIGN,
    OPEN,
    CLOSE,
    END
  }

  private final String source;
  private int next;
  private int at;
  private Kind kind = Kind.END;
  private String text = "";

  WhereTokens(String source) throws QueryException {
    this.source = source;
    advance();
  }

  Kind kind() {
    return kind;
  }

  /// What stands there, without its quotes.
  String text() {
    return text;
  }

  /// Where it begins, from 0.
  int at() {
    return at;
  }

  /// Whether it is this word, in letters of any case.
  boolean isWord(String word) {
    return kind == Kind.WORD && text.toLowerCase(Locale.ROOT).equals(word);
  }

  void advance() throws QueryException {
    while (next < source.length() && Character.isWhitespace(source.charAt(next))) {
      next++;
    }
    at = next;
    if (next == source.length()) {
      take(Kind.END, next);
      return;
    }
    char c = source.charAt(next);
    switch (c) {
      case '(' -> take(Kind.OPEN, next + 1);
      case ')' -> take(Kind.CLOSE, next + 1);
      case '"', '\'' -> quoted(c);
      case '=', '~', '!', '<', '>' -> {
        boolean two = c != '=' && c != '~' && next + 1 < source.length();
        take(Kind.SIGN, two && source.charAt(next + 1) == '=' ? next + 2 : next + 1);
      }
      default -> take(Kind.WORD, endOfWord());
    }
  }

  private void take(Kind found, int end) {
    kind = found;
    text = source.substring(at, end);
    next = end;
  }

  private int endOfWord() {
    int end = next;
    while (end < source.length()
        && !Character.isWhitespace(source.charAt(end))
        && ENDS_A_WORD.indexOf(source.charAt(end)) < 0) {
      end++;
    }
    return end;
  }

  private void quoted(char quote) throws QueryException {
    int end = source.indexOf(quote, next + 1);
    if (end < 0) {
      throw wrong(source, at, "the quote that opens here is never closed");
    }
    take(Kind.QUOTED, end + 1);
    text = source.substring(at + 1, end);
  }

  static QueryException wrong(String source, int at, String what) {
    int from = Math.max(0, at - SHOWN);
    int to = Math.min(source.length(), at + SHOWN);
    String near = (from > 0 ? "…" : "") + source.substring(from, to);
    return new QueryException(
        "`--where`, character "
            + (at + 1)
            + ", in "
            + Problem.quote(near + (to < source.length() ? "…" : ""))
            + ": "
            + what);
  }
}
