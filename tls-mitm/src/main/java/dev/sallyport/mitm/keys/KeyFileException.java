package dev.sallyport.mitm.keys;

import java.nio.file.Path;

/// A file with keys or certificates is not what was expected.
public final class KeyFileException extends Exception {
  private static final long serialVersionUID = 1;

  /// @param what is wrong and what to do, without the file's name
  public KeyFileException(Path file, String what) {
    super("`" + file + "`: " + what);
  }

  /// The whole sentence, with the file's name.
  public String sentence() {
    return String.valueOf(getMessage());
  }
}
