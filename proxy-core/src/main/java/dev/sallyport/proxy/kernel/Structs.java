package dev.sallyport.proxy.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// What the kernel takes in memory, in the layout of 64-bit Linux.
public final class Structs {
  /// The family of Unix sockets.
  public static final int AF_UNIX = 1;

  /// The family of IPv4.
  public static final int AF_INET = 2;

  /// The family of IPv6.
  public static final int AF_INET6 = 10;

  private static final int SOCKADDR_IN = 16;
  private static final int SOCKADDR_IN6 = 28;
  private static final int MSGHDR = 56;
  private static final int CMSG_LEN_OF_ONE = 20;
  private static final int CMSG_SPACE_OF_ONE = 24;
  private static final int SOL_SOCKET = 1;
  private static final int SCM_RIGHTS = 1;

  private Structs() {}

  /// An empty one in the machine's order of octets.
  public static ByteBuffer octets(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
  }

  /// All of what was written.
  public static byte[] all(ByteBuffer written) {
    byte[] octets = new byte[written.capacity()];
    written.get(0, octets);
    return octets;
  }

  /// Copies octets to where the kernel can see them.
  public static MemorySegment in(Arena arena, byte[] octets) {
    // Aligned as the widest of fields.
    MemorySegment memory = arena.allocate(octets.length, Long.BYTES);
    memory.copyFrom(MemorySegment.ofArray(octets));
    return memory;
  }

  /// A path or an argument, ended by a zero.
  public static MemorySegment text(Arena arena, byte[] text) {
    byte[] ended = new byte[text.length + 1];
    System.arraycopy(text, 0, ended, 0, text.length);
    return in(arena, ended);
  }

  /// The same in UTF-8.
  public static MemorySegment text(Arena arena, String text) {
    return text(arena, text.getBytes(UTF_8));
  }

  /// `char *[]`, ended by a null pointer.
  public static MemorySegment texts(Arena arena, List<byte[]> texts) {
    MemorySegment pointers = arena.allocate(ValueLayout.ADDRESS, texts.size() + 1L);
    for (int i = 0; i < texts.size(); i++) {
      pointers.setAtIndex(ValueLayout.ADDRESS, i, text(arena, texts.get(i)));
    }
    pointers.setAtIndex(ValueLayout.ADDRESS, texts.size(), MemorySegment.NULL);
    return pointers;
  }

  /// `struct sockaddr_in` or `sockaddr_in6`.
  ///
  /// @param address 4 or 16 octets
  public static byte[] socketAddress(byte[] address, int port) {
    boolean four = address.length == 4;
    ByteBuffer made = octets(four ? SOCKADDR_IN : SOCKADDR_IN6);
    made.putShort((short) (four ? AF_INET : AF_INET6));
    made.put((byte) (port >> 8)).put((byte) port);
    if (!four) {
      made.putInt(0);
    }
    made.put(address);
    return all(made);
  }

  /// `struct sockaddr_un`, with a zero behind the name (unix(7)).
  ///
  /// @param name a path, or `@` and a name that is none
  public static byte[] socketAddress(byte[] name) {
    ByteBuffer made = octets(Short.BYTES + name.length + 1);
    made.putShort((short) AF_UNIX).put(name);
    if (name[0] == '@') {
      made.put(Short.BYTES, (byte) 0);
    }
    return all(made);
  }

  /// `struct msghdr` for one octet that carries a file descriptor.
  public static MemorySegment carrying(Arena arena, int descriptor) {
    MemorySegment octet = in(arena, new byte[1]);
    ByteBuffer vector = octets(2 * Long.BYTES).putLong(octet.address()).putLong(1);
    ByteBuffer control =
        octets(CMSG_SPACE_OF_ONE)
            .putLong(CMSG_LEN_OF_ONE)
            .putInt(SOL_SOCKET)
            .putInt(SCM_RIGHTS)
            .putInt(descriptor);
    ByteBuffer message =
        octets(MSGHDR)
            .putLong(0)
            .putLong(0)
            .putLong(in(arena, all(vector)).address())
            .putLong(1)
            .putLong(in(arena, all(control)).address())
            .putLong(CMSG_SPACE_OF_ONE);
    return in(arena, all(message));
  }
}
