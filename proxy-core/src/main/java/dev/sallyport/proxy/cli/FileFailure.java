package dev.sallyport.proxy.cli;

import dev.sallyport.rules.load.Problem;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Says in a sentence why a file could not be read or written.
final class FileFailure {
  private FileFailure() {}

  /// The failure of a command that needs this file.
  static CommandFailure of(Path file, IOException failure) {
    return CommandFailure.unusable(sentence(file, failure));
  }

  /// The sentence for this file.
  static String sentence(Path file, IOException failure) {
    return Problem.quote(file.toString()) + " cannot be used: " + why(failure);
  }

  /// The sentence where only the failure is known.
  static String sentence(FileSystemException failure) {
    String file = String.valueOf(failure.getFile());
    return Problem.quote(file) + " cannot be used: " + why(failure);
  }

  private static String why(IOException failure) {
    return switch (failure) {
      case NoSuchFileException _ -> "there is no such file";
      case AccessDeniedException _ -> "access is denied";
      case FileSystemException other -> words(other.getReason());
      default -> words(failure.getMessage());
    };
  }

  private static String words(@Nullable String said) {
    return said == null ? "it cannot be read or written" : said.toLowerCase(Locale.ROOT);
  }
}
