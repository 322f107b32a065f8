package dev.sallyport.proxy.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// Writes files that only their owner may read (0600 where the system knows modes).
public final class PrivateFile {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private static final Set<PosixFilePermission> GROUP =
      PosixFilePermissions.fromString("---rwx---");

  private PrivateFile() {}

  /// Opens a file, made with mode 0600 when it is new.
  public static FileChannel open(Path file, OpenOption... options) throws IOException {
    return FileChannel.open(file, Set.of(options), ownerOnly(file));
  }

  /// Puts a whole new content in place of a file's: written beside it, forced to the disk, then
  /// renamed, so that after a crash there is the old or the new content and nothing between.
  public static void replace(Path file, String content) throws IOException {
    replace(file, content, Optional.empty());
  }

  /// The same for a file that others may have been given to read: mode, owner and group stay what
  /// they were. Where this process may not give the file to that group, no group may read it.
  public static void replaceAsItWas(Path file, String content) throws IOException {
    boolean modes = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    replace(
        file,
        content,
        modes && Files.exists(file)
            ? Optional.of(Files.readAttributes(file, PosixFileAttributes.class))
            : Optional.empty());
  }

  private static void replace(Path file, String content, Optional<PosixFileAttributes> before)
      throws IOException {
    Path folder = folderOf(file);
    Path fresh = Files.createTempFile(folder, "." + file.getFileName(), ".new", ownerOnly(file));
    try {
      if (before.isPresent()) {
        giveBack(fresh, before.get());
      }
      try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        ByteBuffer octets = UTF_8.encode(content);
        while (octets.hasRemaining()) {
          channel.write(octets);
        }
        channel.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
    try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
      // The rename is in the folder; without this a crash could undo it.
      entries.force(true);
    }
  }

  private static void giveBack(Path fresh, PosixFileAttributes before) throws IOException {
    Set<PosixFilePermission> mode = EnumSet.noneOf(PosixFilePermission.class);
    mode.addAll(before.permissions());
    PosixFileAttributeView view = Files.getFileAttributeView(fresh, PosixFileAttributeView.class);
    PosixFileAttributes now = view.readAttributes();
    try {
      if (!now.group().equals(before.group())) {
        view.setGroup(before.group());
      }
      if (!now.owner().equals(before.owner())) {
        view.setOwner(before.owner());
      }
    } catch (FileSystemException notOurs) {
      mode.removeAll(GROUP);
    }
    view.setPermissions(mode);
  }

  /// The folder that a file is in.
  public static Path folderOf(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    return folder == null ? file.toAbsolutePath() : folder;
  }

  private static FileAttribute<?>[] ownerOnly(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
        : new FileAttribute<?>[0];
  }
}
