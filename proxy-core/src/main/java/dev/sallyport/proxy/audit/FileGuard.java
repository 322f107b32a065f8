package dev.sallyport.proxy.audit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Keeps two gates from writing one chain: a lock on a file beside it, which the system takes back
/// when the process ends, however it ends. The file itself stays; its text, the number of the
/// process, is for people.
final class FileGuard implements Closeable {
  private static final int PID_OCTETS = 20;
  private static final Set<OpenOption> OPTIONS =
      Set.of(
          StandardOpenOption.CREATE,
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          LinkOption.NOFOLLOW_LINKS);

  /// What this process holds. POSIX takes a lock back when its process closes any descriptor of the
  /// file, so the file is not even opened a second time.
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final FileChannel channel;
  private final Path path;
  private final FileIdentity identity;

  private FileGuard(FileChannel channel, Path path, FileIdentity identity) {
    this.channel = channel;
    this.path = path;
    this.identity = identity;
  }

  /// Takes the lock, without waiting.
  ///
  /// @throws AuditOpenException when another gate holds it
  /// @throws IOException when the lock file cannot be used
  static FileGuard take(ChainFiles files) throws IOException {
    Path path = files.folder().toRealPath().resolve(ChainFiles.name(files.lock()));
    if (!HELD.add(path)) {
      throw inUse(files, " (this process)");
    }
    boolean taken = false;
    try {
      FileGuard guard = lock(files, path);
      taken = true;
      return guard;
    } finally {
      if (!taken) {
        HELD.remove(path);
      }
    }
  }

  private static FileGuard lock(ChainFiles files, Path path) throws IOException {
    FileChannel channel = FileChannel.open(path, OPTIONS, OwnerOnly.file(path));
    try {
      if (channel.tryLock() == null) {
        throw inUse(files, holder(channel));
      }
      channel.truncate(0);
      channel.write(ascii(ProcessHandle.current().pid() + "\n"), 0);
      return new FileGuard(channel, path, FileIdentity.of(path));
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /// Whether the lock file is still where another gate would look for it.
  boolean isInPlace() {
    try {
      return FileIdentity.of(path).equals(identity);
    } catch (IOException gone) {
      return false;
    }
  }

  private static AuditOpenException inUse(ChainFiles files, String holder) {
    return new AuditOpenException(
        "audit file `%s` is in use by another gate%s; give each gate its own with `audit.file`"
            .formatted(files.active(), holder));
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(PID_OCTETS);
    int length = Math.max(0, channel.read(text, 0));
    String pid = new String(text.array(), 0, length, StandardCharsets.US_ASCII).strip();
    return pid.matches("[0-9]+") ? " (process " + pid + ")" : "";
  }

  private static ByteBuffer ascii(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  /// Gives the lock back.
  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      HELD.remove(path);
    }
  }
}
