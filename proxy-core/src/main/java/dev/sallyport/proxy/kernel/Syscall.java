package dev.sallyport.proxy.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Locale;

/// System calls of Linux that Java has no way to, by their numbers on the two machines that we are
/// packaged for. Blocks as the call does; for any thread, though most of what is done here counts
/// for the calling thread alone.
public enum Syscall {
  READ(0, 63),
  CLOSE(3, 57),
  SOCKET(41, 198),
  CONNECT(42, 203),
  SENDTO(44, 206),
  RECVFROM(45, 207),
  SENDMSG(46, 211),
  BIND(49, 200),
  LISTEN(50, 201),
  SETSOCKOPT(54, 208),
  EXECVE(59, 221),
  CAPSET(126, 91),
  PRCTL(157, 167),
  MOUNT(165, 40),
  RT_SIGPROCMASK(14, 135),
  CLOSE_RANGE(436, 436),
  MOUNT_SETATTR(442, 442);

  private static final int MOST_ARGUMENTS = 6;
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(StructLayout.PathElement.groupElement("errno"));
  private static final MethodHandle CALL = link();

  private final int amd64;
  private final int arm64;

  Syscall(int amd64, int arm64) {
    this.amd64 = amd64;
    this.arm64 = arm64;
  }

  /// A call that the kernel refused.
  public static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    private RefusedException(Syscall call, int errno) {
      super(call.name().toLowerCase(Locale.ROOT) + " failed with errno " + errno);
      this.errno = errno;
    }

    /// The kernel's number, errno(3).
    public int errno() {
      return errno;
    }
  }

  /// Whether this is a machine whose numbers are known.
  public static boolean isKnownHere() {
    String machine = System.getProperty("os.arch");
    return System.getProperty("os.name").equals("Linux")
        && (machine.equals("amd64") || machine.equals("aarch64"));
  }

  /// Calls.
  ///
  /// @param arguments numbers, and addresses of memory that outlives the call
  /// @return what the kernel gives, 0 or more
  public long call(long... arguments) throws RefusedException {
    long[] a = Arrays.copyOf(arguments, MOST_ARGUMENTS);
    int number = System.getProperty("os.arch").equals("amd64") ? amd64 : arm64;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      long result =
          (long) CALL.invokeExact(state, (long) number, a[0], a[1], a[2], a[3], a[4], a[5]);
      if (result < 0) {
        throw new RefusedException(this, (int) ERRNO.get(state, 0L));
      }
      return result;
    } catch (RefusedException | RuntimeException | Error expected) {
      throw expected;
    } catch (Throwable never) {
      throw new IllegalStateException(never);
    }
  }

  @SuppressWarnings("restricted") // there is no other way to the kernel, and the numbers are ours
  private static MethodHandle link() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("syscall"),
        FunctionDescriptor.of(
            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
        Linker.Option.firstVariadicArg(1),
        Linker.Option.captureCallState("errno"));
  }

  static {
    // The layout of what is captured differs from system to system; on ours it holds an int.
    assert ERRNO.varType() == int.class && JAVA_INT.byteSize() == 4;
  }
}
