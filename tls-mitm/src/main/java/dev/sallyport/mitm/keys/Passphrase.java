package dev.sallyport.mitm.keys;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/// What an encrypted key is opened with.
public final class Passphrase {
  private final char[] characters;

  private Passphrase(char[] characters) {
    this.characters = characters;
  }

  /// For keys that are not encrypted.
  public static Passphrase none() {
    return new Passphrase(new char[0]);
  }

  /// The first line of a file.
  ///
  /// @throws KeyFileException when it cannot be read or is empty
  public static Passphrase in(Path file) throws KeyFileException {
    Optional<String> line =
        new String(SmallFile.read(file), StandardCharsets.UTF_8).lines().findFirst();
    if (line.isEmpty() || line.get().isEmpty()) {
      throw new KeyFileException(file, "its first line, the passphrase, is empty");
    }
    return new Passphrase(line.get().toCharArray());
  }

  /// Whether there is none.
  boolean isNone() {
    return characters.length == 0;
  }

  /// A copy.
  char[] characters() {
    return characters.clone();
  }

  @Override
  public String toString() {
    return isNone() ? "no passphrase" : "a passphrase";
  }
}
