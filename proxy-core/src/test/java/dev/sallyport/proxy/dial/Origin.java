package dev.sallyport.proxy.dial;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Something that listens on loopback and does to each connection what a test wants.
final class Origin implements AutoCloseable {
  private final ServerSocket listener;
  private final Play play;
  private final List<Socket> connections = new CopyOnWriteArrayList<>();
  private final Semaphore served = new Semaphore(0);

  private Origin(ServerSocket listener, Play play) {
    this.listener = listener;
    this.play = play;
  }

  /// What is done with one connection, on a thread of its own; it is closed afterwards.
  interface Play {
    void play(Socket connection) throws IOException;
  }

  /// Waits until the other side ends.
  static final Play NOTHING = connection -> connection.getInputStream().readAllBytes();

  static Origin start(String address) throws IOException {
    return start(address, 0, NOTHING);
  }

  static Origin start(String address, Play play) throws IOException {
    return start(address, 0, play);
  }

  static Origin start(String address, int port, Play play) throws IOException {
    ServerSocket listener = new ServerSocket(port, 50, Permits.address(address));
    Origin origin = new Origin(listener, play);
    Thread.ofVirtual().start(origin::accept);
    return origin;
  }

  int port() {
    return listener.getLocalPort();
  }

  InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  /// How many connections have come.
  int count() {
    return connections.size();
  }

  /// Waits until this many further connections have been played to their end and closed.
  void awaitServed(int more) throws InterruptedException {
    if (!served.tryAcquire(more, DialBench.PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("nobody came");
    }
  }

  /// Reads an HTTP head.
  static String head(Socket connection) throws IOException {
    InputStream in = connection.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int octet = in.read();
      if (octet < 0) {
        throw new IOException("the head ends early: " + head);
      }
      head.append((char) octet);
    }
    return head.toString();
  }

  static void write(Socket connection, String text) throws IOException {
    connection.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    connection.getOutputStream().flush();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket connection : connections) {
      connection.close();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = listener.accept();
        connections.add(connection);
        Thread.ofVirtual().start(() -> serve(connection));
      }
    } catch (SocketException closed) {
      // The test is over.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      play.play(connection);
    } catch (IOException gone) {
      // Whoever connected has seen enough.
    }
    served.release();
  }
}
