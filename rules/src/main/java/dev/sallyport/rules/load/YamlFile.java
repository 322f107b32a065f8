package dev.sallyport.rules.load;

import dev.sallyport.rules.Place;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Reads YAML files into nodes with places. Blocks on the file; not for an event loop.
public final class YamlFile {
  /// Longest file, in octets, and longest text, in characters. A policy of 100,000 hosts needs
  /// about half of it.
  public static final int MAX_SIZE = 8 * 1024 * 1024;

  /// Mappings and lists inside one another, at most.
  public static final int MAX_DEPTH = 32;

  /// Mappings, lists and scalars in one file, at most: bounds the memory that a file of the longest
  /// size takes.
  public static final int MAX_NODES = 2_000_000;

  /// Longest line, in characters: the time that the parser takes for one long word or comment grows
  /// with its square.
  public static final int MAX_LINE = 500_000;

  private static final String SIZE_IN_WORDS = MAX_SIZE / 1024 / 1024 + " MiB";

  private YamlFile() {}

  /// Reads a file in UTF-8; places carry the path as given.
  ///
  /// @return the document, an empty mapping for an empty one; nothing when it could not be read,
  ///   and then there is a problem that says why
  /// @throws IOException when the file cannot be opened or read
  public static Optional<Node> read(Path file, Problems problems) throws IOException {
    String name = file.toString();
    byte[] octets;
    try (InputStream in = Files.newInputStream(file)) {
      octets = in.readNBytes(MAX_SIZE + 1);
    }
    if (octets.length > MAX_SIZE) {
      problems.add(new Place(name, 1, 1), "the file is larger than " + SIZE_IN_WORDS, "split it");
      return Optional.empty();
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
      return read(name, text, problems);
    } catch (CharacterCodingException notUtf8) {
      problems.add(new Place(name, 1, 1), "the file is not UTF-8", "save it as UTF-8");
      return Optional.empty();
    }
  }

  /// Reads a text.
  ///
  /// @param fileName what places carry as their file
  /// @return the document, an empty mapping for an empty one; nothing when it could not be read,
  ///   and then there is a problem that says why
  public static Optional<Node> read(String fileName, String text, Problems problems) {
    if (text.length() > MAX_SIZE) {
      problems.add(
          new Place(fileName, 1, 1), "the file is larger than " + SIZE_IN_WORDS, "split it");
      return Optional.empty();
    }
    // A byte order mark at the start is an editor's habit, not content.
    String body = text.startsWith("\ufeff") ? text.substring(1) : text;
    int unseen = Unseen.indexIn(body);
    if (unseen >= 0) {
      problems.add(
          placeOf(fileName, body, unseen),
          "the character U+%04X cannot be seen by a reviewer".formatted(body.codePointAt(unseen)),
          "remove it");
      return Optional.empty();
    }
    Optional<Place> tooLong = lineTooLong(fileName, body);
    if (tooLong.isPresent()) {
      problems.add(
          tooLong.get(), "the line is longer than " + MAX_LINE + " characters", "break it");
      return Optional.empty();
    }
    return new YamlReader(fileName, body, MAX_NODES, problems).read();
  }

  private static Optional<Place> lineTooLong(String fileName, String text) {
    int line = 1;
    for (int start = 0; start < text.length(); line++) {
      int end = text.indexOf('\n', start);
      if ((end < 0 ? text.length() : end) - start > MAX_LINE) {
        return Optional.of(new Place(fileName, line, 1));
      }
      start = end < 0 ? text.length() : end + 1;
    }
    return Optional.empty();
  }

  private static Place placeOf(String fileName, String text, int index) {
    int lineStart = text.lastIndexOf('\n', index - 1) + 1;
    int line = 1 + (int) text.substring(0, index).chars().filter(c -> c == '\n').count();
    return new Place(fileName, line, 1 + text.codePointCount(lineStart, index));
  }
}
