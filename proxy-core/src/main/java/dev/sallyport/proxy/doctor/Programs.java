package dev.sallyport.proxy.doctor;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Programs on the PATH.
final class Programs {
  private Programs() {}

  /// The first program of that name. Relative entries of the PATH are left out: they would lead
  /// into the working directory, whose files are not trusted.
  static Optional<Path> find(String name, Map<String, String> environment) {
    for (String folder : environment.getOrDefault("PATH", "").split(":", -1)) {
      try {
        Path program = Path.of(folder).resolve(name);
        if (program.isAbsolute() && Files.isRegularFile(program) && Files.isExecutable(program)) {
          return Optional.of(program);
        }
      } catch (InvalidPathException noFolder) {
        // Something else stands in the PATH.
      }
    }
    return Optional.empty();
  }
}
