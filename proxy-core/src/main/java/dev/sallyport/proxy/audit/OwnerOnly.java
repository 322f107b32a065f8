package dev.sallyport.proxy.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/// Permissions for what the audit creates; where the file system knows none, whatever it does.
final class OwnerOnly {
  private static final String POSIX = "posix";

  private OwnerOnly() {}

  /// 0600.
  static FileAttribute<?>[] file(Path path) {
    return permissions(path, "rw-------");
  }

  /// Creates a folder and those above it with 0700 where they are missing; one that is there stays
  /// as it is.
  static void createFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder, permissions(folder, "rwx------"));
    }
  }

  private static FileAttribute<?>[] permissions(Path path, String text) {
    boolean posix = path.getFileSystem().supportedFileAttributeViews().contains(POSIX);
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text))
        }
        : new FileAttribute<?>[0];
  }
}
