package dev.sallyport.proxy.config;

import dev.sallyport.rules.Place;
import dev.sallyport.rules.load.Problem;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Says in words why a file cannot be read, so that a missing file is reported like any other
/// problem.
public final class Unreadable {
  private Unreadable() {}

  /// The problem behind a failure to read.
  ///
  /// @param path what was to be read; the failure may name a file inside it
  public static Problem problem(Path path, IOException failure) {
    String file =
        failure instanceof FileSystemException at && at.getFile() != null
            ? at.getFile()
            : path.toString();
    return switch (failure) {
      case NoSuchFileException _ ->
          new Problem(Place.whole(file), "there is no such file", "look at the path");
      case AccessDeniedException _ ->
          new Problem(
              Place.whole(file), "access to this file is denied", "look at its permissions");
      default ->
          new Problem(Place.whole(file), "this cannot be read", "a regular file is expected");
    };
  }
}
