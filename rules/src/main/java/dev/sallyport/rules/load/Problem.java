package dev.sallyport.rules.load;

import dev.sallyport.rules.Place;
import java.util.Comparator;

/// One thing that is wrong in a file.
///
/// @param what what is wrong, the file's own words in backticks
/// @param hint what to do about it; empty when `what` says it all
public record Problem(Place place, String what, String hint) implements Comparable<Problem> {
  /// Longest piece of a file that a message repeats, in code points.
  public static final int MAX_QUOTED = 80;

  private static final Comparator<Problem> ORDER =
      Comparator.comparing((Problem problem) -> problem.place.file())
          .thenComparingInt(problem -> problem.place.line())
          .thenComparingInt(problem -> problem.place.column())
          .thenComparing(Problem::what)
          .thenComparing(Problem::hint);

  /// The input in backticks, cut to [#MAX_QUOTED] code points. Characters that a terminal would
  /// obey or hide are written as `<U+001B>`, so that a message shows what is there.
  public static String quote(String input) {
    StringBuilder out = new StringBuilder(input.length() + 2).append('`');
    int[] shown = input.codePoints().limit(MAX_QUOTED).toArray();
    for (int c : shown) {
      if (Unseen.isUnseen(c)) {
        out.append("<U+%04X>".formatted(c));
      } else {
        out.appendCodePoint(c);
      }
    }
    if (input.codePointCount(0, input.length()) > MAX_QUOTED) {
      out.append("...");
    }
    return out.append('`').toString();
  }

  /// By file, line and column.
  @Override
  public int compareTo(Problem other) {
    return ORDER.compare(this, other);
  }

  /// `file:line:column: what; hint`.
  @Override
  public String toString() {
    return hint.isEmpty() ? place + ": " + what : place + ": " + what + "; " + hint;
  }
}
