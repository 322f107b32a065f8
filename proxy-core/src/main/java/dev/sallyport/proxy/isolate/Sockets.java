package dev.sallyport.proxy.isolate;

import dev.sallyport.proxy.kernel.Structs;
import dev.sallyport.proxy.kernel.Syscall;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Sockets as numbers, which is how they go from one process to another.
final class Sockets {
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_NONBLOCK = 0x800;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_REUSEADDR = 2;
  private static final int IPPROTO_IPV6 = 41;
  private static final int IPV6_V6ONLY = 26;
  private static final int BACKLOG = 1_024;

  private Sockets() {}

  /// Listens for TCP, without blocking.
  ///
  /// @param address 4 or 16 octets; the unspecified one of IPv6 takes IPv4 as well
  static int listening(byte[] address, int port) throws IOException {
    int socket = bound(SOCK_STREAM, address, port);
    Syscall.LISTEN.call(socket, BACKLOG);
    return socket;
  }

  /// Takes UDP, without blocking.
  static int datagrams(byte[] address, int port) throws IOException {
    return bound(SOCK_DGRAM, address, port);
  }

  private static int bound(int type, byte[] address, int port) throws IOException {
    int family = address.length == 4 ? Structs.AF_INET : Structs.AF_INET6;
    int socket = (int) Syscall.SOCKET.call(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    try {
      option(socket, SOL_SOCKET, SO_REUSEADDR, 1);
      if (family == Structs.AF_INET6) {
        option(socket, IPPROTO_IPV6, IPV6_V6ONLY, 0);
      }
      try (Arena arena = Arena.ofConfined()) {
        byte[] where = Structs.socketAddress(address, port);
        Syscall.BIND.call(socket, Structs.in(arena, where).address(), where.length);
      }
      return socket;
    } catch (IOException failed) {
      close(socket);
      throw failed;
    }
  }

  private static void option(int socket, int level, int name, int value) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment number = arena.allocateFrom(ValueLayout.JAVA_INT, value);
      Syscall.SETSOCKOPT.call(socket, level, name, number.address(), Integer.BYTES);
    }
  }

  /// Connects to a Unix socket.
  static int connected(byte[] path) throws IOException {
    int socket = (int) Syscall.SOCKET.call(Structs.AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    try (Arena arena = Arena.ofConfined()) {
      byte[] where = Structs.socketAddress(path);
      Syscall.CONNECT.call(socket, Structs.in(arena, where).address(), where.length);
      return socket;
    } catch (IOException failed) {
      close(socket);
      throw failed;
    }
  }

  /// Hands a descriptor to the process at the other end.
  static void hand(int over, int descriptor) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      Syscall.SENDMSG.call(over, Structs.carrying(arena, descriptor).address(), 0);
    }
  }

  /// Reads exactly so many octets.
  static byte[] read(int from, int octets) throws IOException {
    byte[] read = new byte[octets];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment room = arena.allocate(Math.max(1, octets));
      int there = 0;
      while (there < octets) {
        int more = (int) Syscall.READ.call(from, room.address() + there, octets - there);
        if (more == 0) {
          throw new EOFException("the gate is gone");
        }
        there += more;
      }
      MemorySegment.copy(room, ValueLayout.JAVA_BYTE, 0, read, 0, octets);
    }
    return read;
  }

  static void close(int descriptor) {
    try {
      Syscall.CLOSE.call(descriptor);
    } catch (IOException gone) {
      // It is closed, whatever the kernel says of it.
    }
  }
}
