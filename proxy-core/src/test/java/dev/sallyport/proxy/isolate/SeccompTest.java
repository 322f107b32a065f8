package dev.sallyport.proxy.isolate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The program, run as the kernel does.
class SeccompTest {
  private static final String ALLOWED = "allow";

  private static String run(
      List<Seccomp.Instruction> program, int number, int machine, long first, long second) {
    ByteBuffer data =
        ByteBuffer.allocate(64)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(number)
            .putInt(machine)
            .putLong(0)
            .putLong(first)
            .putLong(second);
    int loaded = 0;
    int at = 0;
    while (true) {
      Seccomp.Instruction one = program.get(at++);
      switch (one.code()) {
        case 0x20 -> loaded = data.getInt(one.value());
        case 0x15 -> at += loaded == one.value() ? one.whenTrue() : one.whenFalse();
        case 0x35 ->
            at +=
                Integer.compareUnsigned(loaded, one.value()) >= 0
                    ? one.whenTrue()
                    : one.whenFalse();
        case 0x06 -> {
          return one.value() == 0x7fff0000 ? ALLOWED : "errno " + (one.value() & 0xffff);
        }
        default -> throw new AssertionError("no such instruction: " + one);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 0, allow", // write
    "59, 0, 0, allow", // execve
    "41, 1, 1, allow", // Unix
    "41, 2, 1, allow", // IPv4
    "41, 10, 1, allow", // IPv6
    "41, 16, 3, allow", // netlink
    "41, 17, 3, errno 97", // packets
    "41, 40, 1, errno 97", // vsock
    "41, 38, 1, errno 97", // the kernel's ciphers
    "41, 4294967336, 1, errno 97", // vsock, with something in the upper half, which is not read
    "16, 0, 21522, errno 1", // TIOCSTI
    "16, 0, 4294988818, errno 1", // the same with something in the upper half
    "16, 0, 21532, errno 1", // TIOCLINUX
    "16, 0, 21523, allow", // TIOCGWINSZ
    "425, 0, 0, errno 38", // io_uring
    "424, 0, 0, allow",
    "426, 0, 0, allow",
    "1073741823, 0, 0, allow",
    "1073741824, 0, 0, errno 38", // x32
    "1073741865, 2, 1, errno 38", // its socket
    "-1, 0, 0, errno 38",
  })
  void onAmd64(int number, long first, long second, String answer) {
    List<Seccomp.Instruction> program = Seccomp.program(Seccomp.Machine.AMD64);
    assertEquals(answer, run(program, number, Seccomp.Machine.AMD64.code(), first, second));
    // The calls of 32-bit programs have other numbers and other ways to make a socket.
    assertEquals("errno 38", run(program, number, 0x40000003, first, second));
  }

  @ParameterizedTest
  @CsvSource({
    "198, 2, 1, allow",
    "198, 40, 1, errno 97",
    "29, 0, 21522, errno 1",
    "29, 0, 21523, allow",
    "41, 40, 0, allow", // another call than on amd64
    "425, 0, 0, errno 38",
  })
  void onArm64(int number, long first, long second, String answer) {
    List<Seccomp.Instruction> program = Seccomp.program(Seccomp.Machine.ARM64);
    assertEquals(answer, run(program, number, Seccomp.Machine.ARM64.code(), first, second));
  }
}
