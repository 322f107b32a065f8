package dev.sallyport.proxy.audit;

import java.nio.file.Path;

/// A line of an audit file.
public sealed interface RecordedLine {
  /// The file that it was read from, as named when it was opened.
  Path file();

  /// Its number, from 1.
  long line();

  /// A line that holds an event.
  record Event(Path file, long line, RecordedEvent event) implements RecordedLine {}

  /// A line that does not.
  ///
  /// @param problem what is wrong, without any of the line's own text
  record Bad(Path file, long line, String problem) implements RecordedLine {
    /// `file:line: problem`, the file by its last name.
    public String text() {
      return Printable.text(String.valueOf(file.getFileName())) + ":" + line + ": " + problem;
    }
  }
}
