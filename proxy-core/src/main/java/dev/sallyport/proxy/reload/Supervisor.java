package dev.sallyport.proxy.reload;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.proxy.kernel.Structs;
import dev.sallyport.proxy.kernel.Syscall;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whoever started the process and waits to be told how it gets on: systemd, for a unit of
/// `Type=notify`. One datagram to the socket that `NOTIFY_SOCKET` names (sd_notify(3)). The JDK has
/// no Unix datagrams, so the kernel is called.
///
/// Telling never blocks, and a failure is logged and changes nothing.
public final class Supervisor {
  /// The variable that names the socket.
  public static final String VARIABLE = "NOTIFY_SOCKET";

  private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

  // Linux' numbers; no other system has systemd.
  private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
  private static final int MSG_DONTWAIT_NOSIGNAL = 0x40 | 0x4000;

  /// Of `sun_path` in `struct sockaddr_un`.
  private static final int MAX_NAME = 108;

  private final Optional<String> socket;

  /// @param socket a path, or `@` and a name without one; empty where nobody waits
  public Supervisor(Optional<String> socket) {
    this.socket = socket.filter(name -> name.startsWith("/") || name.startsWith("@"));
  }

  /// The gate takes connections.
  ///
  /// @param status a line for people, as `systemctl status` shows it
  public void ready(String status) {
    tell("READY=1\nSTATUS=" + oneLine(status));
  }

  /// The gate has begun to stop.
  public void stopping() {
    tell("STOPPING=1");
  }

  private static String oneLine(String text) {
    return text.replace('\n', ' ');
  }

  private void tell(String what) {
    if (socket.isEmpty()) {
      return;
    }
    try {
      send(socket.get().getBytes(UTF_8), what.getBytes(UTF_8));
    } catch (IOException failed) {
      LOG.warn("the service manager cannot be told `{}`: {}", oneLine(what), failed.getMessage());
    }
  }

  private static void send(byte[] to, byte[] message) throws IOException {
    if (!Syscall.isKnownHere()) {
      throw new IOException("this system has no known way to a socket of datagrams");
    }
    if (to.length >= MAX_NAME) {
      throw new IOException("the name of the socket is too long");
    }
    long descriptor = Syscall.SOCKET.call(Structs.AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
    try (Arena arena = Arena.ofConfined()) {
      byte[] address = Structs.socketAddress(to);
      long sent =
          Syscall.SENDTO.call(
              descriptor,
              Structs.in(arena, message).address(),
              message.length,
              MSG_DONTWAIT_NOSIGNAL,
              Structs.in(arena, address).address(),
              // A name that is no path is as long as it is; a path ends with a zero.
              to[0] == '@' ? address.length - 1 : address.length);
      if (sent != message.length) {
        throw new IOException("nobody takes it");
      }
    } finally {
      Syscall.CLOSE.call(descriptor);
    }
  }
}
