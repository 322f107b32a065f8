package dev.sallyport.proxy.audit;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/// Permissions for what the audit creates; where the file system knows none, whatever it does.
public final class OwnerOnly {
  private static final String POSIX = "posix";

  private OwnerOnly() {}

  /// Creates a new file with 0600 and opens it for writing.
  ///
  /// @throws java.nio.file.FileAlreadyExistsException when there is something
  public static OutputStream create(Path file) throws IOException {
    Files.createFile(file, file(file));
    return Files.newOutputStream(file);
  }

  /// 0700.
  public static FileAttribute<?>[] folder(Path path) {
    return permissions(path, "rwx------");
  }

  /// 0600.
  static FileAttribute<?>[] file(Path path) {
    return permissions(path, "rw-------");
  }

  /// Creates a folder and those above it with 0700 where they are missing; one that is there stays
  /// as it is.
  static void createFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder, folder(folder));
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
