package dev.sallyport.proxy.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/// Which file a path names at the moment, whatever its name; equal for the same file.
///
/// @param key device and inode; an empty text where the file system has none
record FileIdentity(Object key) {
  static FileIdentity of(Path path) throws IOException {
    return of(attributes(path));
  }

  static FileIdentity of(BasicFileAttributes attributes) {
    Object key = attributes.fileKey();
    return new FileIdentity(key == null ? "" : key);
  }

  static BasicFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }
}
