package dev.sallyport.proxy.dial;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/// A port on loopback that neither takes nor refuses connections: its backlog is full. This is what
/// a filter that drops packets looks like.
final class HangingPort implements AutoCloseable {
  private static final int HANGS_AFTER_MILLIS = 150;
  private static final int MOST_CONNECTIONS = 64;
  private static final int RETRY_MILLIS = 3000;

  private final ServerSocket listener;
  private final List<Socket> inBacklog = new ArrayList<>();

  private HangingPort(ServerSocket listener) {
    this.listener = listener;
  }

  static HangingPort open(String address, int port) throws IOException {
    HangingPort hanging = new HangingPort(new ServerSocket(port, 1, Permits.address(address)));
    while (!hanging.hangs()) {
      if (hanging.inBacklog.size() > MOST_CONNECTIONS) {
        hanging.close();
        throw new IOException("the backlog does not fill");
      }
    }
    return hanging;
  }

  /// Whether a further connection hangs; if not, it stays in the backlog.
  boolean hangs() throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(listener.getLocalSocketAddress(), HANGS_AFTER_MILLIS);
      inBacklog.add(socket);
      return false;
    } catch (SocketTimeoutException hangs) {
      socket.close();
      return true;
    }
  }

  /// Takes what is in the backlog, and says whether anybody else then gets in.
  boolean getsAnother() throws IOException {
    List<InetSocketAddress> known = new ArrayList<>();
    for (Socket socket : inBacklog) {
      known.add((InetSocketAddress) socket.getLocalSocketAddress());
    }
    listener.setSoTimeout(RETRY_MILLIS);
    try {
      while (true) {
        try (Socket taken = listener.accept()) {
          if (!known.contains((InetSocketAddress) taken.getRemoteSocketAddress())) {
            return true;
          }
        }
      }
    } catch (SocketTimeoutException nobody) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : inBacklog) {
      socket.close();
    }
  }
}
