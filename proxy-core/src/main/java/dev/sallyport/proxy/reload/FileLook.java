package dev.sallyport.proxy.reload;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/// What a file, or a folder's files, were at one moment. Links are followed, so a swapped link
/// shows as a changed file. Hidden files of a folder, and folders in it, are passed over.
///
/// @param digest of names and content; what is absent and what cannot be read count as well
/// @param stamps what the system says of each file, by name
/// @param at the moment, before anything was looked at
record FileLook(String digest, List<Stamp> stamps, Instant at) {
  /// Files of a folder that are looked at.
  static final int MAX_FILES = 1000;

  /// Octets that are read of a file; a longer one is judged by its stamp. No loader takes as much.
  static final long MAX_READ = 64L * 1024 * 1024;

  /// For so long after a change, another one may leave time and size as they are: time stamps are
  /// coarse.
  private static final Duration YOUNG = Duration.ofSeconds(3);

  private static final int CHUNK = 64 * 1024;

  /// What changes, nearly always, when the content does.
  ///
  /// @param key the system's own name of the file, such as its inode
  record Stamp(Path file, FileTime modified, long size, String key) {}

  /// Looks at the content.
  static FileLook at(Path path) {
    Instant now = Instant.now();
    // The stamps come first: a change while the content is read makes the next stamp differ.
    List<Stamp> stamps = stamps(path);
    MessageDigest sha256 = sha256();
    for (Stamp stamp : stamps) {
      sha256.update((stamp.file + "\0").getBytes(UTF_8));
      digest(stamp, sha256);
    }
    return new FileLook(HexFormat.of().formatHex(sha256.digest()), stamps, now);
  }

  /// Looks again, at the content only if the stamps give cause.
  FileLook again(Path path) {
    boolean young =
        stamps.stream().anyMatch(stamp -> stamp.modified.toInstant().isAfter(at.minus(YOUNG)));
    return young || !stamps.equals(stamps(path)) ? at(path) : this;
  }

  /// Whether the content is the same.
  boolean sameContent(FileLook other) {
    return digest.equals(other.digest);
  }

  private static List<Stamp> stamps(Path path) {
    List<Stamp> stamps = new ArrayList<>();
    for (Path file : files(path)) {
      try {
        BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
        // Opening anything else, such as a pipe, could block for ever.
        if (seen.isRegularFile()) {
          String key = String.valueOf(seen.fileKey());
          stamps.add(new Stamp(file, seen.lastModifiedTime(), seen.size(), key));
        }
      } catch (IOException absent) {
        // Then it has no stamp, which is what shows.
      }
    }
    return List.copyOf(stamps);
  }

  private static List<Path> files(Path path) {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> inside = Files.list(path)) {
      return inside
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .sorted()
          .limit(MAX_FILES)
          .toList();
    } catch (IOException unreadable) {
      return List.of();
    }
  }

  private static void digest(Stamp stamp, MessageDigest into) {
    if (stamp.size > MAX_READ) {
      into.update(stamp.toString().getBytes(UTF_8));
      return;
    }
    MessageDigest content = sha256();
    try (InputStream file = Files.newInputStream(stamp.file)) {
      byte[] chunk = new byte[CHUNK];
      long left = MAX_READ;
      int read = file.read(chunk);
      while (read >= 0 && left > 0) {
        content.update(chunk, 0, read);
        left -= read;
        read = file.read(chunk);
      }
      into.update(content.digest());
    } catch (IOException unreadable) {
      into.update("unreadable".getBytes(UTF_8));
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
