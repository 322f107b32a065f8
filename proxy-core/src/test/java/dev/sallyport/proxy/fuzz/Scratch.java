package dev.sallyport.proxy.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;

/// A folder of this process for readers that take a file; gone when the process ends.
final class Scratch {
  private static final Path FOLDER = make();

  private Scratch() {}

  /// A file of its owner's alone with these octets, in place of what was there.
  static Path file(String name, byte[] octets) {
    try {
      Path file = FOLDER.resolve(name);
      if (!Files.exists(file)) {
        var own =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Files.createFile(file, own);
      }
      return Files.write(file, octets);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  static Path folder() {
    return FOLDER;
  }

  private static Path make() {
    try {
      Path folder = Files.createTempDirectory("sallyport-fuzz");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
      return folder;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static void delete(Path folder) {
    try (var files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException left) {
      // The system's own cleaning will find it.
    }
  }
}
