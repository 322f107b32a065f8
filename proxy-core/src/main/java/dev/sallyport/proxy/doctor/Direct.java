package dev.sallyport.proxy.doctor;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Ways that do not lead through the gate, tried as bluntly as an injected program would. What is
/// sent is a bare connection, which is closed at once, or one datagram. Blocks; every wait is
/// bounded by its patience.
final class Direct {
  private static final int MAX_ANSWER = 1500;
  private static final int QUIC_LENGTH = 1200;

  private final Duration patience;

  Direct(Duration patience) {
    this.patience = patience;
  }

  /// Opens a TCP connection and closes it; where it is taken, sees whether the gate took it.
  Attempt connection(InetSocketAddress to) {
    Attempt attempt = tcp(to);
    return attempt == Attempt.OPEN && new Taken(patience).byTheGate(to) ? Attempt.TAKEN : attempt;
  }

  /// Opens a TCP connection and closes it.
  Attempt tcp(InetSocketAddress to) {
    if (to.isUnresolved()) {
      return Attempt.NO_NAME;
    }
    try (Socket socket = new Socket(Proxy.NO_PROXY)) {
      socket.connect(to, (int) patience.toMillis());
      return Attempt.OPEN;
    } catch (IOException failed) {
      return failed(to, failed);
    }
  }

  /// That an address is unreachable is said by a router, or by this machine's own table of routes,
  /// which is another matter.
  static Attempt failed(InetSocketAddress to, IOException failed) {
    Attempt attempt = Attempt.of(failed);
    return attempt == Attempt.UNREACHABLE && !hasRoute(to.getAddress())
        ? Attempt.NO_ROUTE
        : attempt;
  }

  /// Whether this machine knows a way to an address. The kernel is asked; nothing is sent.
  static boolean hasRoute(InetAddress to) {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(to, 9));
      return true;
    } catch (IOException none) {
      return false;
    }
  }

  /// Whether an address is this machine's own. The kernel is asked; nothing is sent.
  static boolean isOwn(InetAddress address) {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(address, 9));
      return socket.getLocalAddress().equals(address);
    } catch (IOException none) {
      return false;
    }
  }

  /// What came of a datagram.
  ///
  /// @param answer empty unless somebody answered
  @SuppressWarnings("ArrayRecordComponent") // octets on their way; nobody compares them
  record Exchange(Attempt attempt, byte[] answer) {}

  /// Sends one datagram and waits for one.
  Exchange udp(InetSocketAddress to, byte[] datagram) {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout((int) patience.toMillis());
      socket.connect(to);
      socket.send(new DatagramPacket(datagram, datagram.length));
      DatagramPacket answer = new DatagramPacket(new byte[MAX_ANSWER], MAX_ANSWER);
      socket.receive(answer);
      return new Exchange(Attempt.OPEN, Arrays.copyOf(answer.getData(), answer.getLength()));
    } catch (IOException failed) {
      return new Exchange(failed(to, failed), new byte[0]);
    }
  }

  /// A QUIC packet of a version that nobody speaks, which every QUIC server answers with the
  /// versions that it does (RFC 9000 section 6.1, RFC 8999). It says nothing.
  static byte[] quic() {
    byte[] packet = new byte[QUIC_LENGTH];
    packet[0] = (byte) 0xc0;
    Arrays.fill(packet, 1, 5, (byte) 0x1a);
    packet[5] = 8;
    packet[14] = 0;
    return packet;
  }

  /// The addresses of a name, as this system resolves names for every program.
  List<InetAddress> resolve(String name) throws InterruptedException {
    CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
    // The system's resolver knows no time of ours.
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                answer.complete(List.of(InetAddress.getAllByName(name)));
              } catch (UnknownHostException unknown) {
                answer.complete(List.of());
              }
            });
    try {
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException none) {
      return List.of();
    }
  }
}
