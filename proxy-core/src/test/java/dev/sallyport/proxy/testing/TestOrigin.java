package dev.sallyport.proxy.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;

/// A small origin on loopback: each connection has a conversation on a virtual thread of its own.
/// What goes wrong in one only ends its connection; tests judge by what reached whom.
public final class TestOrigin implements AutoCloseable {
  private final ServerSocket listener;
  private final Conversation conversation;
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();
  private final Queue<String> heads = new ConcurrentLinkedQueue<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /// What is said on one connection.
  public interface Conversation {
    /// Ends with the connection.
    void with(Wire client, TestOrigin origin) throws IOException;
  }

  private TestOrigin(ServerSocket listener, Conversation conversation) {
    this.listener = listener;
    this.conversation = conversation;
  }

  /// Starts one.
  public static TestOrigin start(Conversation conversation) throws IOException {
    return start(new ServerSocket(), conversation);
  }

  /// Starts one that speaks TLS under the test certificate.
  public static TestOrigin startTls(Conversation conversation) throws IOException {
    return start(
        TestCertificate.context().getServerSocketFactory().createServerSocket(), conversation);
  }

  /// Starts one that speaks TLS under the test certificate, and asks who the client is.
  public static TestOrigin startTlsAsking(Asks asks, Conversation conversation) throws IOException {
    SSLServerSocket listener =
        (SSLServerSocket) TestCertificate.context().getServerSocketFactory().createServerSocket();
    switch (asks) {
      case WANTS -> listener.setWantClientAuth(true);
      case NEEDS -> listener.setNeedClientAuth(true);
    }
    return start(listener, conversation);
  }

  /// How an origin asks for a client's certificate.
  public enum Asks {
    WANTS,
    NEEDS
  }

  /// Starts one that speaks TLS with a certificate for this host.
  public static TestOrigin startTls(String host, Conversation conversation) throws IOException {
    return start(
        TestAuthority.originContext(host).getServerSocketFactory().createServerSocket(),
        conversation);
  }

  /// Starts one that speaks TLS with a certificate for this host and agrees on one of these
  /// protocols; the handshake is done when the conversation begins.
  public static TestOrigin startTls(String host, List<String> protocols, Conversation conversation)
      throws IOException {
    SSLServerSocket listener =
        (SSLServerSocket)
            TestAuthority.originContext(host).getServerSocketFactory().createServerSocket();
    SSLParameters parameters = listener.getSSLParameters();
    parameters.setApplicationProtocols(protocols.toArray(String[]::new));
    listener.setSSLParameters(parameters);
    return start(listener, (client, origin) -> conversation.with(client.shaken(), origin));
  }

  /// Starts one that sends back what it gets, to the end of each half.
  public static TestOrigin startEcho() throws IOException {
    return start(
        (client, origin) -> {
          byte[] part = new byte[64 * 1024];
          for (int n = client.readSome(part); n >= 0; n = client.readSome(part)) {
            client.send(part, n);
          }
          client.endOutput();
        });
  }

  /// Starts one that answers every request without a body of its own with a few octets.
  public static TestOrigin startHttp() throws IOException {
    return start(
        (client, origin) -> {
          for (String head = origin.head(client); !head.isEmpty(); head = origin.head(client)) {
            client.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
          }
        });
  }

  private static TestOrigin start(ServerSocket listener, Conversation conversation)
      throws IOException {
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
    TestOrigin origin = new TestOrigin(listener, conversation);
    Thread.ofVirtual().name("test-origin").start(origin::accept);
    return origin;
  }

  /// Reads the next request's head and remembers it.
  public String head(Wire client) throws IOException {
    String head = client.head();
    if (!head.isEmpty()) {
      heads.add(head);
    }
    return head;
  }

  /// The heads that were read, in their order.
  public String[] heads() {
    return heads.toArray(String[]::new);
  }

  /// Where it listens.
  public InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort());
  }

  /// The port it listens on.
  public int port() {
    return listener.getLocalPort();
  }

  /// How many connections have come.
  public int accepted() {
    return accepted.get();
  }

  /// How many connections are open.
  public int open() {
    return accepted.get() - ended.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        accepted.incrementAndGet();
        open.add(socket);
        Thread.ofVirtual().name("test-origin-connection").start(() -> converse(socket));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void converse(Socket socket) {
    try (Wire client = new Wire(socket)) {
      conversation.with(client, this);
    } catch (IOException ended) {
      // The other side's doing; the test looks at that.
    } finally {
      open.remove(socket);
      ended.incrementAndGet();
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
