package dev.sallyport.proxy.isolate;

import dev.sallyport.proxy.kernel.Structs;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The filter of system calls that the command runs under: what a network namespace does not hold
/// back. In the classic BPF that seccomp(2) takes.
///
/// | call | why not |
/// | --- | --- |
/// | those of other machines (32 bits, x32) | their sockets are made by calls that no filter sees through |
/// | `socket` of anything but Unix, IPv4, IPv6 and netlink | vsock reaches the host of a virtual machine from every namespace |
/// | `io_uring_setup` | makes sockets past this filter |
/// | `ioctl` `TIOCSTI`, `TIOCLINUX` | types on the terminal, where a shell outside reads it afterwards |
final class Seccomp {
  private static final short LOAD = 0x20;
  private static final short JUMP_IF_EQUAL = 0x15;
  private static final short JUMP_IF_NOT_LESS = 0x35;
  private static final short RETURN = 0x06;

  /// Offsets in `struct seccomp_data`.
  private static final int NUMBER = 0;

  private static final int MACHINE = 4;
  private static final int FIRST_ARGUMENT = 16;
  private static final int SECOND_ARGUMENT = 24;

  private static final int ALLOW = 0x7fff0000;
  private static final int ERRNO = 0x00050000;
  private static final int EPERM = 1;
  private static final int ENOSYS = 38;
  private static final int EAFNOSUPPORT = 97;

  private static final int X32 = 0x40000000;
  private static final int IO_URING_SETUP = 425;
  private static final int TIOCSTI = 0x5412;
  private static final int TIOCLINUX = 0x541C;
  private static final int AF_NETLINK = 16;
  private static final int INSTRUCTION = 8;

  /// A machine.
  ///
  /// @param code `AUDIT_ARCH_...`
  record Machine(int code, int socket, int ioctl) {
    static final Machine AMD64 = new Machine(0xC000003E, 41, 16);
    static final Machine ARM64 = new Machine(0xC00000B7, 198, 29);

    static Machine here() {
      return System.getProperty("os.arch").equals("amd64") ? AMD64 : ARM64;
    }
  }

  /// One instruction, `struct sock_filter`.
  record Instruction(short code, int whenTrue, int whenFalse, int value) {}

  private Seccomp() {}

  /// The program.
  static List<Instruction> program(Machine machine) {
    List<Instruction> p = new ArrayList<>();
    p.add(load(MACHINE));
    p.add(equal(machine.code(), 1, 0));
    p.add(answer(ERRNO | ENOSYS));
    p.add(load(NUMBER));
    p.add(new Instruction(JUMP_IF_NOT_LESS, 1, 0, X32));
    p.add(equal(IO_URING_SETUP, 0, 1));
    p.add(answer(ERRNO | ENOSYS));
    p.add(equal(machine.ioctl(), 0, 5));
    p.add(load(SECOND_ARGUMENT));
    p.add(equal(TIOCSTI, 1, 0));
    p.add(equal(TIOCLINUX, 0, 1));
    p.add(answer(ERRNO | EPERM));
    p.add(answer(ALLOW));
    p.add(equal(machine.socket(), 0, 6));
    p.add(load(FIRST_ARGUMENT));
    p.add(equal(Structs.AF_UNIX, 4, 0));
    p.add(equal(Structs.AF_INET, 3, 0));
    p.add(equal(Structs.AF_INET6, 2, 0));
    p.add(equal(AF_NETLINK, 1, 0));
    p.add(answer(ERRNO | EAFNOSUPPORT));
    p.add(answer(ALLOW));
    return p;
  }

  private static Instruction load(int offset) {
    return new Instruction(LOAD, 0, 0, offset);
  }

  private static Instruction equal(int value, int whenTrue, int whenFalse) {
    return new Instruction(JUMP_IF_EQUAL, whenTrue, whenFalse, value);
  }

  private static Instruction answer(int value) {
    return new Instruction(RETURN, 0, 0, value);
  }

  /// The same as the kernel reads it.
  static byte[] octets(List<Instruction> program) {
    ByteBuffer octets = Structs.octets(program.size() * INSTRUCTION);
    for (Instruction one : program) {
      octets
          .putShort(one.code())
          .put((byte) one.whenTrue())
          .put((byte) one.whenFalse())
          .putInt(one.value());
    }
    return Structs.all(octets);
  }
}
