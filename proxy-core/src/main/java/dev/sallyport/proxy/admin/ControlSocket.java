package dev.sallyport.proxy.admin;

import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The Unix socket through which the gate's own user changes what it does. Connections and commands
/// run on virtual threads; nothing here touches an event loop.
public final class ControlSocket implements AutoCloseable {
  /// Connections at one time; one more is closed at once.
  static final int MAX_CONNECTIONS = 8;

  private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);
  private static final String ROOT = "root";

  /// Pause after an accept that failed, as it does while there are no file descriptors.
  private static final Duration ACCEPT_PAUSE = Duration.ofMillis(100);

  private final Path path;
  private final ServerSocketChannel listener;
  private final ControlConnection connection;
  private final UserPrincipal owner;
  private final @Nullable Object fileKey;
  private final Semaphore places = new Semaphore(MAX_CONNECTIONS);

  private ControlSocket(Path path, ServerSocketChannel listener, ControlConnection connection)
      throws IOException {
    this.path = path;
    this.listener = listener;
    this.connection = connection;
    this.owner = Files.getOwner(path);
    this.fileKey = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  /// Opens the socket, for the gate's user alone. The socket of a gate that is no more is replaced.
  ///
  /// @param commands what it can do, by name
  /// @throws CannotListenException when it cannot be opened, or another gate listens on it
  public static ControlSocket open(Path path, Map<String, ControlCommand> commands)
      throws CannotListenException {
    return open(path, commands, ControlConnection.LINE_TIME);
  }

  static ControlSocket open(Path path, Map<String, ControlCommand> commands, Duration lineTime)
      throws CannotListenException {
    ServerSocketChannel listener = ControlPath.bind(path);
    try {
      ControlPath.makePrivate(path);
      var connection = new ControlConnection(Map.copyOf(commands), lineTime);
      ControlSocket socket = new ControlSocket(path, listener, connection);
      Thread.ofVirtual().name("sallyport-control").start(socket::accept);
      return socket;
    } catch (IOException failed) {
      closeQuietly(listener);
      throw ControlPath.cannotListen(path, "its mode cannot be set to 0600", failed);
    }
  }

  /// Where it listens.
  public Path path() {
    return path;
  }

  /// Stops listening and removes the socket, unless another gate has put its own in the place.
  /// Connections that are being served end by themselves, within their bounds.
  @Override
  public void close() {
    closeQuietly(listener);
    try {
      Object there = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
      if (Objects.equals(there, fileKey)) {
        Files.deleteIfExists(path);
      }
    } catch (IOException gone) {
      LOG.debug("the control socket was gone before the gate: {}", gone.getMessage());
    }
  }

  private void accept() {
    while (listener.isOpen()) {
      try {
        welcome(listener.accept());
      } catch (IOException failed) {
        if (listener.isOpen()) {
          LOG.warn("the control socket cannot accept: {}", failed.getMessage());
          LockSupport.parkNanos(ACCEPT_PAUSE.toNanos());
        }
      }
    }
  }

  private void welcome(SocketChannel peer) {
    Optional<UserPrincipal> user = user(peer);
    if (user.isEmpty() || !places.tryAcquire()) {
      closeQuietly(peer);
      return;
    }
    Thread.ofVirtual()
        .name("sallyport-control-connection")
        .start(
            () -> {
              try {
                connection.serve(peer, user.get().getName());
              } finally {
                places.release();
              }
            });
  }

  /// Binding and setting the mode are two steps, and under a lax umask somebody else could connect
  /// between them, so the peer is looked at too. Empty for one who may not ask.
  private Optional<UserPrincipal> user(SocketChannel peer) {
    try {
      UserPrincipal user = peer.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
      if (mayControl(user, owner)) {
        return Optional.of(user);
      }
      LOG.warn("refused a control connection of user {}", user.getName());
      return Optional.empty();
    } catch (IOException | UnsupportedOperationException unknown) {
      LOG.warn("refused a control connection of an unknown user");
      return Optional.empty();
    }
  }

  static boolean mayControl(UserPrincipal peer, UserPrincipal owner) {
    return peer.equals(owner) || peer.getName().equals(ROOT);
  }

  private static void closeQuietly(Channel channel) {
    try {
      channel.close();
    } catch (IOException alreadyGone) {
      LOG.debug("closing failed: {}", alreadyGone.getMessage());
    }
  }
}
