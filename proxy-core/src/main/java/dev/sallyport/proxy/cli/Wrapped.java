package dev.sallyport.proxy.cli;

import java.util.ArrayList;
import java.util.List;

/// Text in lines that fit a terminal.
final class Wrapped {
  /// Columns that every terminal of today has.
  static final int COLUMNS = 100;

  private Wrapped() {}

  /// Breaks a text at blanks. A word that is longer than a line stays whole.
  ///
  /// @param width columns of a line, from 1
  static List<String> lines(String text, int width) {
    List<String> lines = new ArrayList<>();
    String rest = text;
    while (rest.length() > width) {
      int blank = rest.lastIndexOf(' ', width);
      blank = blank > 0 ? blank : rest.indexOf(' ', width);
      if (blank < 0) {
        break;
      }
      lines.add(rest.substring(0, blank));
      rest = rest.substring(blank + 1);
    }
    lines.add(rest);
    return lines;
  }
}
