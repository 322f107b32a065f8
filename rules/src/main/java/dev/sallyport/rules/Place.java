package dev.sallyport.rules;

/// Where in a file something stands, printed as `file:line:column`.
///
/// @param line from 1; 0 when no line of the file is meant
/// @param column from 1; 0 with line 0
public record Place(String file, int line, int column) {
  /// A whole file, or something that is no file, such as an option or an environment variable;
  /// printed without a line.
  public static Place whole(String file) {
    return new Place(file, 0, 0);
  }

  /// `file:line`, the form that events and refusals carry.
  public String fileAndLine() {
    return line == 0 ? file : file + ":" + line;
  }

  @Override
  public String toString() {
    return line == 0 ? file : file + ":" + line + ":" + column;
  }
}
