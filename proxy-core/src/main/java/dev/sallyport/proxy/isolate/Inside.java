package dev.sallyport.proxy.isolate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.proxy.kernel.Structs;
import dev.sallyport.proxy.kernel.Syscall;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The process that `run --isolate` starts within new user, network and mount namespaces. It makes
/// the sockets that listen there, hands them to the gate outside, is told what to become, gives up
/// its rights and becomes it: same process, same terminal, same place in its group, so that signals
/// and exit codes are the command's own.
public final class Inside {
  /// Where the gate is a proxy for the command.
  static final int PROXY_PORT = 3128;

  /// What is taken for TLS or plain http, whatever address it was meant for.
  static final List<Integer> TRANSPARENT_PORTS = List.of(443, 80);

  static final int DNS_PORT = 53;

  /// What every name stands for (RFC 2544 keeps the block for bench tests; nobody routes it).
  static final InetAddress SYNTHETIC = InetAddress.ofLiteral("198.18.0.1");

  /// Sockets that are handed over: the proxy, those of the transparent ports, DNS over UDP and TCP.
  static final int HANDED = 1 + TRANSPARENT_PORTS.size() + 2;

  private static final byte[] LOOPBACK = {127, 0, 0, 1};
  private static final byte[] ANY4 = new byte[4];
  private static final byte[] ANY6 = new byte[16];

  /// The exit codes of `env` and `docker run`.
  private static final int CANNOT_EXECUTE = 126;

  private static final int CANNOT_START = 3;
  private static final int ENOEXEC = 8;
  private static final int EAFNOSUPPORT = 97;
  private static final int FIRST_DESCRIPTOR = 3;
  private static final int CLOSE_RANGE_CLOEXEC = 4;

  private Inside() {}

  /// Does not return when all goes well.
  ///
  /// @param arguments the gate's socket
  public static void main(String[] arguments) {
    try {
      int gate = Sockets.connected(arguments[0].getBytes(ISO_8859_1));
      network();
      for (int socket : listening()) {
        Sockets.hand(gate, socket);
      }
      int length = ByteBuffer.wrap(Sockets.read(gate, Integer.BYTES)).getInt();
      if (length < 0 || length > Orders.MOST) {
        throw new IOException("the gate's orders are too long");
      }
      Orders orders = Orders.read(Sockets.read(gate, length));
      hide(orders);
      become(orders);
    } catch (IOException | IllegalArgumentException failed) {
      System.err.println("sallyport: the namespace cannot be set up: " + failed.getMessage());
      Runtime.getRuntime().halt(CANNOT_START);
    }
  }

  private static void network() throws IOException {
    Netlink.tell(
        Netlink.loopbackUp(),
        Netlink.address(SYNTHETIC.getAddress()),
        Netlink.everythingIsLocal(Structs.AF_INET));
    if (speaksSix()) {
      Netlink.tell(Netlink.everythingIsLocal(Structs.AF_INET6));
    }
  }

  /// A kernel can be started without IPv6.
  private static boolean speaksSix() throws IOException {
    try {
      Sockets.close(Sockets.datagrams(ANY6, 0));
      return true;
    } catch (Syscall.RefusedException refused) {
      if (refused.errno() == EAFNOSUPPORT) {
        return false;
      }
      throw refused;
    }
  }

  private static List<Integer> listening() throws IOException {
    byte[] any = speaksSix() ? ANY6 : ANY4;
    List<Integer> sockets = new ArrayList<>();
    sockets.add(Sockets.listening(LOOPBACK, PROXY_PORT));
    for (int port : TRANSPARENT_PORTS) {
      sockets.add(Sockets.listening(any, port));
    }
    // Of IPv4 alone: there an answer comes from the address that was asked, whichever it was, since
    // the kernel takes the destination of a local route for the source as well.
    sockets.add(Sockets.datagrams(ANY4, DNS_PORT));
    sockets.add(Sockets.listening(ANY4, DNS_PORT));
    return sockets;
  }

  private static void hide(Orders orders) throws IOException {
    for (byte[] folder : orders.emptied()) {
      Mounts.empty(folder);
    }
    for (byte[] file : orders.masked()) {
      Mounts.mask(file);
    }
    for (byte[] folder : orders.frozen()) {
      Mounts.freeze(folder);
    }
    for (int i = 0; i + 1 < orders.covered().size(); i += 2) {
      Mounts.over(orders.covered().get(i), orders.covered().get(i + 1));
    }
  }

  private static void become(Orders orders) throws IOException {
    Privileges.drop();
    Privileges.takeSignals();
    // Standard streams are the command's; all else is ours.
    Syscall.CLOSE_RANGE.call(FIRST_DESCRIPTOR, 0xFFFF_FFFFL, CLOSE_RANGE_CLOEXEC);
    try {
      execute(orders.program(), orders.arguments(), orders.environment());
    } catch (Syscall.RefusedException refused) {
      if (refused.errno() == ENOEXEC) {
        // A script that names no interpreter is the shell's, as everywhere else.
        List<byte[]> words = new ArrayList<>(orders.arguments());
        words.set(0, orders.program());
        words.addFirst("sh".getBytes(ISO_8859_1));
        execute("/bin/sh".getBytes(ISO_8859_1), words, orders.environment());
      }
      System.err.println(
          "sallyport: the command cannot be executed; is it a program for this machine?");
      Runtime.getRuntime().halt(CANNOT_EXECUTE);
    }
  }

  private static void execute(byte[] program, List<byte[]> words, List<byte[]> environment)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      Syscall.EXECVE.call(
          Structs.text(arena, program).address(),
          Structs.texts(arena, words).address(),
          Structs.texts(arena, environment).address());
    }
  }
}
