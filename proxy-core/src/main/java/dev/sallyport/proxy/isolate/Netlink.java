package dev.sallyport.proxy.isolate;

import dev.sallyport.proxy.kernel.Structs;
import dev.sallyport.proxy.kernel.Syscall;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/// Sets up the loopback interface of a network namespace in the words of rtnetlink(7), so that no
/// `ip` is needed. Afterwards every address of a family is an address of this machine: whoever
/// connects to whatever address reaches what listens here, or is refused at once.
final class Netlink {
  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW = 3;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final short RTM_NEWLINK = 16;
  private static final short RTM_NEWADDR = 20;
  private static final short RTM_NEWROUTE = 24;
  private static final short NLM_F_REQUEST = 1;
  private static final short NLM_F_ACK = 4;
  private static final short NLM_F_CREATE = 0x400;
  private static final short NLMSG_ERROR = 2;
  private static final int HEADER = 16;

  /// The loopback interface is the first of every namespace.
  private static final int LOOPBACK = 1;

  private static final int IFF_UP = 1;
  private static final short IFA_ADDRESS = 1;
  private static final short IFA_LOCAL = 2;
  private static final short RTA_OIF = 4;
  private static final byte RT_TABLE_LOCAL = (byte) 255;
  private static final byte RTPROT_BOOT = 3;
  private static final byte RT_SCOPE_HOST = (byte) 254;
  private static final byte RTN_LOCAL = 2;

  private static final int MOST_ANSWER = 4_096;

  private Netlink() {}

  /// Brings the loopback interface up.
  static byte[] loopbackUp() {
    ByteBuffer link =
        Structs.octets(16)
            .putInt(0) // any family, any type
            .putInt(LOOPBACK)
            .putInt(IFF_UP)
            .putInt(IFF_UP);
    return message(RTM_NEWLINK, Structs.all(link));
  }

  /// Gives it an IPv4 address of its own: with 127.0.0.1 alone resolvers take IPv4 for switched off
  /// (`AI_ADDRCONFIG`).
  static byte[] address(byte[] four) {
    ByteBuffer address =
        Structs.octets(8 + 2 * (4 + four.length))
            .put((byte) Structs.AF_INET)
            .put((byte) 32)
            .put((byte) 0)
            .put((byte) 0)
            .putInt(LOOPBACK);
    attribute(address, IFA_LOCAL, four);
    attribute(address, IFA_ADDRESS, four);
    return message(RTM_NEWADDR, Structs.all(address));
  }

  /// Makes every address of a family a local one.
  static byte[] everythingIsLocal(int family) {
    ByteBuffer route =
        Structs.octets(12 + 8)
            .put((byte) family)
            .put((byte) 0) // of no length: every destination
            .put((byte) 0)
            .put((byte) 0)
            .put(RT_TABLE_LOCAL)
            .put(RTPROT_BOOT)
            .put(RT_SCOPE_HOST)
            .put(RTN_LOCAL)
            .putInt(0);
    attribute(route, RTA_OIF, Structs.all(Structs.octets(4).putInt(LOOPBACK)));
    return message(RTM_NEWROUTE, Structs.all(route));
  }

  private static void attribute(ByteBuffer to, short type, byte[] value) {
    to.putShort((short) (4 + value.length)).putShort(type).put(value);
  }

  private static byte[] message(short type, byte[] body) {
    short create = type == RTM_NEWLINK ? 0 : NLM_F_CREATE;
    return Structs.all(
        Structs.octets(HEADER + body.length)
            .putInt(HEADER + body.length)
            .putShort(type)
            .putShort((short) (NLM_F_REQUEST | NLM_F_ACK | create))
            .putInt(1)
            .putInt(0)
            .put(body));
  }

  /// Tells the kernel, one message after the other, and waits for it to agree.
  ///
  /// @throws IOException when it does not
  static void tell(byte[]... messages) throws IOException {
    int socket = (int) Syscall.SOCKET.call(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment answer = arena.allocate(MOST_ANSWER, Long.BYTES);
      for (byte[] message : messages) {
        MemorySegment memory = Structs.in(arena, message);
        Syscall.SENDTO.call(socket, memory.address(), message.length, 0, 0, 0);
        long length = Syscall.RECVFROM.call(socket, answer.address(), MOST_ANSWER, 0, 0, 0);
        byte[] read = answer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        int errno = refusal(ByteBuffer.wrap(read).order(java.nio.ByteOrder.nativeOrder()));
        if (errno != 0) {
          throw new IOException("the loopback interface cannot be set up: errno " + errno);
        }
      }
    } finally {
      Sockets.close(socket);
    }
  }

  /// What an answer says: 0 for an acknowledgement.
  static int refusal(ByteBuffer answer) {
    boolean said = answer.remaining() >= HEADER + 4 && answer.getShort(4) == NLMSG_ERROR;
    return said ? -answer.getInt(HEADER) : 71; // EPROTO
  }
}
