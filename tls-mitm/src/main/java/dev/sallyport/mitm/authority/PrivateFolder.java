package dev.sallyport.mitm.authority;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/// A folder that its owner alone may look into, with files that are whole or not there.
record PrivateFolder(Path path) {
  private static final Set<PosixFilePermission> FOLDER_MODE =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> FILE_MODE =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OTHERS =
      PosixFilePermissions.fromString("---rwxrwx");

  private static final String LOCK = ".lock";
  private static final String DRAFT = ".new";

  /// Threads of this process: a lock on a file is the process's.
  private static final ReentrantLock HERE = new ReentrantLock();

  /// The folder, made when there is none.
  static PrivateFolder at(Path path) throws AuthorityException {
    try {
      if (!Files.isDirectory(path)) {
        Path parent = path.toAbsolutePath().getParent();
        if (parent != null) {
          Files.createDirectories(parent);
        }
        make(path);
      }
      return new PrivateFolder(path);
    } catch (IOException | UnsupportedOperationException e) {
      throw new AuthorityException(
          "the folder `" + path + "` for the authority cannot be made: name one that can");
    }
  }

  /// Another gate may be quicker.
  private static void make(Path path) throws IOException {
    try {
      Files.createDirectory(path, PosixFilePermissions.asFileAttribute(FOLDER_MODE));
    } catch (FileAlreadyExistsException there) {
      if (!Files.isDirectory(path)) {
        throw there;
      }
    }
  }

  Path file(String name) {
    return path.resolve(name);
  }

  /// Whether nothing was ever put here.
  boolean isEmpty() throws AuthorityException {
    try (Stream<Path> files = Files.list(path)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .allMatch(name -> name.equals(LOCK) || name.endsWith(DRAFT) || name.equals("lost+found"));
    } catch (IOException | UncheckedIOException e) {
      throw new AuthorityException("the folder `" + path + "` of the authority cannot be read");
    }
  }

  /// Refuses a key that others could have read: it is to be taken for lost.
  void checkPrivate(String name) throws AuthorityException {
    try {
      Set<PosixFilePermission> granted = EnumSet.copyOf(Files.getPosixFilePermissions(file(name)));
      granted.retainAll(OTHERS);
      if (!granted.isEmpty()) {
        throw new AuthorityException(
            "`"
                + file(name)
                + "` can be read or written by others: `chmod 600` it, and make a new"
                + " authority if somebody may have");
      }
    } catch (IOException | UnsupportedOperationException e) {
      throw new AuthorityException("`" + file(name) + "` cannot be looked at");
    }
  }

  /// Writes a file whole: after a crash the old one is there, or the new one.
  void write(String name, String text) throws AuthorityException {
    Path draft = file(name + DRAFT);
    try {
      Files.deleteIfExists(draft);
      try (FileChannel channel =
          FileChannel.open(
              draft,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(FILE_MODE))) {
        ByteBuffer octets = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        while (octets.hasRemaining()) {
          channel.write(octets);
        }
        channel.force(true);
      }
      Files.move(draft, file(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | UnsupportedOperationException e) {
      throw new AuthorityException(
          "`" + file(name) + "` cannot be written: give the gate a folder that it may write");
    }
  }

  /// Keeps other gates out while the folder is read and written.
  Lock lock() throws AuthorityException {
    HERE.lock();
    if (!Files.isWritable(path)) {
      // A mounted secret, say: nobody writes it, so there is nobody to keep out.
      return new Lock(Optional.empty());
    }
    try {
      FileChannel channel =
          FileChannel.open(
              file(LOCK),
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(FILE_MODE));
      channel.lock();
      return new Lock(Optional.of(channel));
    } catch (IOException | UnsupportedOperationException e) {
      HERE.unlock();
      throw new AuthorityException(
          "the folder `" + path + "` of the authority cannot be locked: is it writable");
    }
  }

  /// Held until it is closed.
  record Lock(Optional<FileChannel> channel) implements AutoCloseable {
    @Override
    public void close() throws AuthorityException {
      try {
        // The lock on the file ends with it.
        if (channel.isPresent()) {
          channel.get().close();
        }
      } catch (IOException e) {
        throw new AuthorityException(
            "the lock on the folder of the authority cannot be given back");
      } finally {
        HERE.unlock();
      }
    }
  }
}
