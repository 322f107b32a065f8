package dev.sallyport.proxy.isolate;

import dev.sallyport.proxy.kernel.Structs;
import dev.sallyport.proxy.kernel.Syscall;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;

/// Gives up, for the calling thread and what it becomes, everything by which the namespace could be
/// undone. There is no way back.
final class Privileges {
  private static final int PR_SET_SECCOMP = 22;
  private static final int PR_CAPBSET_DROP = 24;
  private static final int PR_SET_SECUREBITS = 28;
  private static final int PR_SET_NO_NEW_PRIVS = 38;
  private static final int PR_CAP_AMBIENT = 47;
  private static final int PR_CAP_AMBIENT_CLEAR_ALL = 4;
  private static final int SECCOMP_MODE_FILTER = 2;
  private static final int MOST_CAPABILITIES = 64;
  private static final int CAPABILITY_VERSION_3 = 0x20080522;
  private static final int EINVAL = 22;

  /// Root is nobody in particular, capabilities do not come back with a change of user, none can be
  /// made ambient; each of it locked.
  private static final int SECUREBITS = 0x01 | 0x02 | 0x04 | 0x08 | 0x40 | 0x80;

  private static final int SIG_SETMASK = 2;
  private static final int SIGSET = 8;

  private Privileges() {}

  static void drop() throws IOException {
    Syscall.PRCTL.call(PR_SET_SECUREBITS, SECUREBITS);
    dropBounds();
    Syscall.PRCTL.call(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL);
    try (Arena arena = Arena.ofConfined()) {
      ByteBuffer header = Structs.octets(2 * Integer.BYTES).putInt(CAPABILITY_VERSION_3);
      // Effective, permitted and inheritable ones, twice 32 of each: none.
      MemorySegment none = Structs.in(arena, new byte[6 * Integer.BYTES]);
      Syscall.CAPSET.call(Structs.in(arena, Structs.all(header)).address(), none.address());
    }
    Syscall.PRCTL.call(PR_SET_NO_NEW_PRIVS, 1);
    filter(Seccomp.program(Seccomp.Machine.here()));
  }

  private static void dropBounds() throws IOException {
    for (int capability = 0; capability < MOST_CAPABILITIES; capability++) {
      try {
        Syscall.PRCTL.call(PR_CAPBSET_DROP, capability);
      } catch (Syscall.RefusedException refused) {
        if (refused.errno() == EINVAL) {
          return; // There are no further ones.
        }
        throw refused;
      }
    }
  }

  private static void filter(List<Seccomp.Instruction> program) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment instructions = Structs.in(arena, Seccomp.octets(program));
      ByteBuffer described = Structs.octets(2 * Long.BYTES);
      described.putShort(0, (short) program.size()).putLong(Long.BYTES, instructions.address());
      Syscall.PRCTL.call(
          PR_SET_SECCOMP, SECCOMP_MODE_FILTER, Structs.in(arena, Structs.all(described)).address());
    }
  }

  /// Blocks no signal: the JVM keeps some from this thread, and what it becomes would keep that.
  static void takeSignals() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment none = Structs.in(arena, new byte[SIGSET]);
      Syscall.RT_SIGPROCMASK.call(SIG_SETMASK, none.address(), 0, SIGSET);
    }
  }
}
