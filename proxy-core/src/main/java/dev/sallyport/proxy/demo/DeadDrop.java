package dev.sallyport.proxy.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/// A place where stolen data could be left. It counts who comes, and nobody should.
final class DeadDrop implements AutoCloseable {
  private final ServerSocket socket;
  private final AtomicInteger visitors = new AtomicInteger();

  private DeadDrop(ServerSocket socket) {
    this.socket = socket;
  }

  static DeadDrop open() throws IOException {
    DeadDrop drop = new DeadDrop(new ServerSocket());
    drop.socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread.ofVirtual().start(drop::count);
    return drop;
  }

  int port() {
    return socket.getLocalPort();
  }

  /// Connections so far.
  int visitors() {
    return visitors.get();
  }

  private void count() {
    while (!socket.isClosed()) {
      try {
        socket.accept().close();
        visitors.incrementAndGet();
      } catch (IOException closed) {
        // Only when the demo ends.
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
