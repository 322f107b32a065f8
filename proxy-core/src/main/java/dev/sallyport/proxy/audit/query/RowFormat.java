package dev.sallyport.proxy.audit.query;

import dev.sallyport.proxy.audit.Printable;
import dev.sallyport.proxy.audit.RecordedEvent;
import java.util.Optional;

/// How events are given out. Each row is without its line feed.
public enum RowFormat {
  /// Columns for people.
  TABLE,
  /// The line as it stands in the file.
  JSON,
  /// RFC 4180, with a header.
  CSV;

  private static final int ASCII_END = 0x7f;

  /// What stands before the first row.
  public Optional<String> header() {
    return switch (this) {
      case TABLE -> Optional.of(TableRow.header());
      case CSV -> Optional.of(CsvRow.header());
      case JSON -> Optional.empty();
    };
  }

  /// An event as a row.
  ///
  /// @param line the event as it stands in the file
  public String row(RecordedEvent event, String line) {
    return switch (this) {
      case TABLE -> TableRow.of(event);
      case CSV -> CsvRow.of(event);
      case JSON -> harmless(line);
    };
  }

  /// The same JSON without a character that a terminal could obey: the gate writes those as
  /// escapes, somebody else who wrote into the file might not have.
  static String harmless(String line) {
    if (line.chars().allMatch(c -> c < ASCII_END)) {
      return line;
    }
    StringBuilder out = new StringBuilder(line.length());
    line.codePoints()
        .forEach(
            c -> {
              String character = Character.toString(c);
              if (Printable.text(character).equals(character)) {
                out.append(character);
              } else {
                character.chars().forEach(half -> out.append("\\u%04x".formatted(half)));
              }
            });
    return out.toString();
  }
}
