package dev.sallyport.proxy.run;

import dev.sallyport.proxy.run.CentralGate.UnusableException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The local end of a central gate: a listener on loopback that passes each connection on, with our
/// credentials in its first head. It decides nothing and records nothing; what the gate answers
/// passes as it is. Blocking, on virtual threads of its own.
public final class GateRelay implements AutoCloseable {
  /// Connections at a time; further ones wait.
  static final int MAX_CONNECTIONS = 1_000;

  /// Between two octets of a connection.
  static final Duration IDLE = Duration.ofMinutes(30);

  /// For a first head.
  static final Duration HEAD_TIME = Duration.ofSeconds(10);

  private static final int PART = 64 * 1024;
  private static final Logger LOG = LoggerFactory.getLogger(GateRelay.class);

  private final CentralGate gate;
  private final ServerSocket listener;
  private final RelayedTraffic traffic = new RelayedTraffic();
  private final Semaphore places = new Semaphore(MAX_CONNECTIONS);
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private GateRelay(CentralGate gate, ServerSocket listener) {
    this.gate = gate;
    this.listener = listener;
  }

  /// Listens on a free port of loopback.
  ///
  /// @throws IOException when there is none
  public static GateRelay start(CentralGate gate) throws IOException {
    GateRelay relay =
        new GateRelay(gate, new ServerSocket(0, 0, InetAddress.ofLiteral("127.0.0.1")));
    Thread.ofVirtual().name("sallyport-relay").start(relay::accept);
    return relay;
  }

  /// Where the command connects.
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  /// What passed so far.
  public RelayedTraffic traffic() {
    return traffic;
  }

  /// Takes no more, and ends what is open.
  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException gone) {
      LOG.debug("closing the relay failed", gone);
    }
    open.forEach(CentralGate::closeQuietly);
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        places.acquireUninterruptibly();
        Thread.ofVirtual().name("sallyport-relayed").start(() -> serve(client));
      }
    } catch (IOException closed) {
      LOG.debug("the relay takes no more connections", closed);
    }
  }

  private void serve(Socket client) {
    open.add(client);
    try (client) {
      client.setTcpNoDelay(true);
      client.setSoTimeout((int) HEAD_TIME.toMillis());
      RelayedHead head = RelayedHead.read(client.getInputStream());
      if (head.isEmpty()) {
        return;
      }
      traffic.asked(head.authority());
      pass(client, head);
    } catch (IOException gone) {
      LOG.debug("a relayed connection ended", gone);
    } finally {
      open.remove(client);
      places.release();
    }
  }

  private void pass(Socket client, RelayedHead head) throws IOException {
    try (Socket up = gate.connect()) {
      open.add(up);
      try {
        OutputStream out = up.getOutputStream();
        out.write(head.with(gate.authorization()));
        out.flush();
        AtomicLong active = new AtomicLong(System.nanoTime());
        client.setSoTimeout((int) IDLE.toMillis());
        up.setSoTimeout((int) IDLE.toMillis());
        Thread down =
            Thread.ofVirtual()
                .name("sallyport-relayed-down")
                .start(() -> copyAnswer(up, client, head, active));
        copy(client, up, active, traffic::sent);
        down.join();
      } finally {
        open.remove(up);
      }
    } catch (UnusableException unreachable) {
      traffic.unreachable();
      client
          .getOutputStream()
          .write(
              ("HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain; charset=utf-8\r\nConnection:"
                      + " close\r\n\r\n"
                      + unreachable.sentence()
                      + "\n")
                  .getBytes(StandardCharsets.UTF_8));
    } catch (InterruptedException nobodyDoesThat) {
      Thread.currentThread().interrupt();
    }
  }

  /// The first line of the answer says what the gate thinks of it.
  private void copyAnswer(Socket up, Socket client, RelayedHead head, AtomicLong active) {
    try {
      byte[] part = new byte[PART];
      int read = up.getInputStream().read(part);
      if (read > 0) {
        traffic.answered(head.authority(), RelayedHead.status(part, read));
        traffic.received(read);
        client.getOutputStream().write(part, 0, read);
        copy(up, client, active, traffic::received);
      } else {
        client.shutdownOutput();
      }
    } catch (IOException gone) {
      CentralGate.closeQuietly(client);
      CentralGate.closeQuietly(up);
    }
  }

  /// Counts octets.
  private interface Count {
    void add(int octets);
  }

  /// Until one side ends its half; that is passed on.
  private static void copy(Socket from, Socket to, AtomicLong active, Count count) {
    byte[] part = new byte[PART];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      while (true) {
        int read = readOrIdle(in, part, active);
        if (read < 0) {
          break;
        }
        out.write(part, 0, read);
        active.set(System.nanoTime());
        count.add(read);
      }
      to.shutdownOutput();
    } catch (IOException gone) {
      CentralGate.closeQuietly(from);
      CentralGate.closeQuietly(to);
    }
  }

  /// One direction may rest while the other is busy.
  private static int readOrIdle(InputStream in, byte[] part, AtomicLong active) throws IOException {
    while (true) {
      try {
        return in.read(part);
      } catch (SocketTimeoutException silent) {
        if (System.nanoTime() - active.get() >= IDLE.toNanos()) {
          throw silent;
        }
      }
    }
  }
}
