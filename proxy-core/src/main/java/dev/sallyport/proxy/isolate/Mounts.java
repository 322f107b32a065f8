package dev.sallyport.proxy.isolate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.proxy.kernel.Structs;
import dev.sallyport.proxy.kernel.Syscall;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Set;

/// Changes what the calling process's mount namespace shows; the machine's own stays as it is.
final class Mounts {
  private static final long MS_NOSUID = 2;
  private static final long MS_NODEV = 4;
  private static final long MS_BIND = 4_096;
  private static final long MS_REC = 16_384;
  private static final long AT_FDCWD = -100;
  private static final int AT_RECURSIVE = 0x8000;
  private static final int MOUNT_ATTR_RDONLY = 1;
  private static final int MOUNT_ATTR = 32;
  private static final byte[] READ_ONLY =
      Structs.all(Structs.octets(MOUNT_ATTR).putLong(MOUNT_ATTR_RDONLY));
  private static final int ENOENT = 2;
  private static final int EACCES = 13;
  private static final int ENOTDIR = 20;

  /// What is not there, or not to be reached, need not be hidden.
  private static final Set<Integer> OUT_OF_REACH = Set.of(ENOENT, EACCES, ENOTDIR);

  private Mounts() {}

  /// Puts a file over another.
  static void over(byte[] file, byte[] shown) throws IOException {
    mount(shown, file, "", MS_BIND, "");
  }

  /// Makes a Unix socket, or any file, one that nothing can be said to.
  static void mask(byte[] file) throws IOException {
    tolerant(() -> mount("/dev/null".getBytes(ISO_8859_1), file, "", MS_BIND, ""));
  }

  /// Puts an empty folder over another.
  static void empty(byte[] folder) throws IOException {
    tolerant(
        () ->
            mount(
                "tmpfs".getBytes(ISO_8859_1),
                folder,
                "tmpfs",
                MS_NOSUID | MS_NODEV,
                "mode=0700,size=16m"));
  }

  /// Makes a folder and everything below it one that cannot be written.
  static void freeze(byte[] folder) throws IOException {
    tolerant(
        () -> {
          mount(folder, folder, "", MS_BIND | MS_REC, "");
          try (Arena arena = Arena.ofConfined()) {
            Syscall.MOUNT_SETATTR.call(
                AT_FDCWD,
                Structs.text(arena, folder).address(),
                AT_RECURSIVE,
                Structs.in(arena, READ_ONLY).address(),
                MOUNT_ATTR);
          }
        });
  }

  private interface Step {
    void take() throws IOException;
  }

  private static void tolerant(Step step) throws IOException {
    try {
      step.take();
    } catch (Syscall.RefusedException refused) {
      if (!OUT_OF_REACH.contains(refused.errno())) {
        throw refused;
      }
    }
  }

  private static void mount(byte[] source, byte[] target, String type, long flags, String options)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      Syscall.MOUNT.call(
          Structs.text(arena, source).address(),
          Structs.text(arena, target).address(),
          Structs.text(arena, type).address(),
          flags,
          Structs.text(arena, options).address());
    }
  }
}
