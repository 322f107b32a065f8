package dev.sallyport.proxy.run;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A parent proxy that answers every plain request itself, and remembers what it was asked.
public final class ParentStub implements AutoCloseable {
  private static final String ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Length: 15\r\nConnection: close\r\n\r\nfrom the parent";

  private final ServerSocket socket;
  private final Queue<List<String>> heads = new ConcurrentLinkedQueue<>();

  private ParentStub(ServerSocket socket) {
    this.socket = socket;
  }

  /// Opens one on a free port of loopback.
  public static ParentStub open() throws IOException {
    ParentStub stub = new ParentStub(new ServerSocket(0, 0, InetAddress.ofLiteral("127.0.0.1")));
    Thread.ofVirtual().start(stub::serve);
    return stub;
  }

  /// Where it listens.
  public int port() {
    return socket.getLocalPort();
  }

  /// The heads of requests, line by line.
  public List<List<String>> heads() {
    return List.copyOf(heads);
  }

  private void serve() {
    while (!socket.isClosed()) {
      try (Socket client = socket.accept()) {
        heads.add(head(client));
        client.getOutputStream().write(ANSWER.getBytes(StandardCharsets.US_ASCII));
      } catch (IOException closed) {
        // By the client, or because the test is over.
      }
    }
  }

  private static List<String> head(Socket client) throws IOException {
    BufferedReader in =
        new BufferedReader(
            new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
    List<String> head = new ArrayList<>();
    for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
      head.add(line);
    }
    return head;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
