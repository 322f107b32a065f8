package dev.sallyport.proxy.audit;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Optional;

/// What the system said, in words for a person.
final class IoProblem {
  private IoProblem() {}

  /// A phrase without a full stop; never a class name.
  static String text(IOException e) {
    return switch (e) {
      case NoSuchFileException gone -> "the file or its folder is gone";
      case AccessDeniedException denied -> "permission denied";
      case NotDirectoryException file -> "its folder is not a folder";
      case FileSystemException other ->
          Optional.ofNullable(other.getReason()).orElse("the file system refuses it");
      default -> Optional.ofNullable(e.getMessage()).orElse("the system does not say why");
    };
  }
}
