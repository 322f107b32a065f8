package dev.sallyport.proxy.reload;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whoever started the process and waits to be told how it gets on: systemd, for a unit of
/// `Type=notify`. One datagram to the socket that `NOTIFY_SOCKET` names (sd_notify(3)). The JDK has
/// no Unix datagrams, so the C library is called.
///
/// Telling never blocks, and a failure is logged and changes nothing.
public final class Supervisor {
  /// The variable that names the socket.
  public static final String VARIABLE = "NOTIFY_SOCKET";

  private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

  // Linux' numbers; no other system has systemd.
  private static final short AF_UNIX = 1;
  private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
  private static final int MSG_DONTWAIT_NOSIGNAL = 0x40 | 0x4000;

  /// Of `sun_path` in `struct sockaddr_un`.
  private static final int MAX_NAME = 108;

  private static final int FAMILY_OCTETS = 2;

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
      send(socket.get(), what.getBytes(UTF_8));
    } catch (Throwable failed) {
      // invokeExact declares Throwable; whatever it was, the gate works without.
      LOG.warn("the service manager cannot be told `{}`: {}", oneLine(what), failed.toString());
    }
  }

  @SuppressWarnings("restricted") // the JDK has no datagrams of Unix sockets
  private static MethodHandle function(String name, FunctionDescriptor shape) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), shape);
  }

  private static void send(String to, byte[] message) throws Throwable {
    byte[] name = to.getBytes(UTF_8);
    if (name.length >= MAX_NAME) {
      throw new IllegalArgumentException("the name of the socket is too long");
    }
    MethodHandle socket =
        function(
            "socket",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT));
    MethodHandle close =
        function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    int descriptor = (int) socket.invokeExact((int) AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
    if (descriptor < 0) {
      throw new IllegalStateException("no socket");
    }
    try {
      sendTo(descriptor, name, message);
    } finally {
      int ignored = (int) close.invokeExact(descriptor);
      LOG.trace("closed: {}", ignored);
    }
  }

  private static void sendTo(int descriptor, byte[] name, byte[] message) throws Throwable {
    MethodHandle sendto =
        function(
            "sendto",
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(FAMILY_OCTETS + MAX_NAME, FAMILY_OCTETS);
      address.set(ValueLayout.JAVA_SHORT, 0, AF_UNIX);
      MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, FAMILY_OCTETS, name.length);
      if (name[0] == '@') {
        // A name without a path begins with a zero octet.
        address.set(ValueLayout.JAVA_BYTE, FAMILY_OCTETS, (byte) 0);
      }
      MemorySegment octets = arena.allocateFrom(ValueLayout.JAVA_BYTE, message);
      long sent =
          (long)
              sendto.invokeExact(
                  descriptor,
                  octets,
                  (long) message.length,
                  MSG_DONTWAIT_NOSIGNAL,
                  address,
                  FAMILY_OCTETS + name.length);
      if (sent != message.length) {
        throw new IllegalStateException("nobody takes it");
      }
    }
  }
}
