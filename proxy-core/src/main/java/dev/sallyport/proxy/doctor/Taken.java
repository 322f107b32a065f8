package dev.sallyport.proxy.doctor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/// Whether a connection that somebody took was taken by the gate, as in `run --isolate` and where
/// packets are redirected to it: then it refuses a host that nobody lists, over TLS or http.
final class Taken {
  private static final String ALERT = "access_denied";

  private final Duration patience;

  Taken(Duration patience) {
    this.patience = patience;
  }

  /// Asks for a host that nobody lists, twice at most. Blocks for some times the patience.
  boolean byTheGate(InetSocketAddress to) {
    return overTls(to) || inClear(to);
  }

  private boolean overTls(InetSocketAddress to) {
    try (Socket socket = connected(to)) {
      Socket secured =
          Peer.shake(socket, Targets.UNLISTED, Optional.of(Targets.UNLISTED), patience).socket();
      return refused(secured);
    } catch (IOException failed) {
      return Optional.ofNullable(failed.getMessage())
          .orElse("")
          .toLowerCase(Locale.ROOT)
          .contains(ALERT);
    }
  }

  private boolean inClear(InetSocketAddress to) {
    try (Socket socket = connected(to)) {
      return refused(socket);
    } catch (IOException failed) {
      return false;
    }
  }

  private Socket connected(InetSocketAddress to) throws IOException {
    Socket socket = new Socket(Proxy.NO_PROXY);
    try {
      socket.connect(to, (int) patience.toMillis());
      socket.setSoTimeout((int) patience.toMillis());
      return socket;
    } catch (IOException failed) {
      socket.close();
      throw failed;
    }
  }

  private static boolean refused(Socket socket) throws IOException {
    String head = "HEAD / HTTP/1.1\r\nHost: " + Targets.UNLISTED + "\r\nConnection: close\r\n\r\n";
    socket.getOutputStream().write(head.getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
    return GateAnswer.read(socket.getInputStream()).reason().isPresent();
  }
}
