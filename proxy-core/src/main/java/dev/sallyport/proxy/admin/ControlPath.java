package dev.sallyport.proxy.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;

/// The file that a control socket is: whether the path can be one, and who is behind it.
final class ControlPath {
  /// Octets of a path that Java binds a Unix socket to: the 108 of Linux without two.
  static final int MAX_OCTETS = 106;

  private ControlPath() {}

  /// Connects without ever waiting: to a socket whose queue is full, a blocking connect would take
  /// for ever.
  static SocketChannel connect(Path path) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.configureBlocking(false);
      if (!channel.connect(UnixDomainSocketAddress.of(path))) {
        throw new SocketException("its queue is full");
      }
      channel.configureBlocking(true);
      return channel;
    } catch (IOException failed) {
      channel.close();
      throw failed;
    }
  }

  /// What is wrong with the path itself; empty when nothing is.
  static String tooLong(Path path) {
    int octets = path.toString().getBytes(UTF_8).length;
    if (octets <= MAX_OCTETS) {
      return "";
    }
    return "the path has " + octets + " octets and a Unix socket's may have " + MAX_OCTETS;
  }

  /// Binds a socket to the path, in place of one that nobody listens on.
  static ServerSocketChannel bind(Path path) throws CannotListenException {
    String tooLong = tooLong(path);
    if (!tooLong.isEmpty()) {
      throw cannotListen(path, tooLong + "; choose a shorter one with `control:`");
    }
    try {
      makeFolder(path);
      removeDead(path);
      ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        return listener.bind(UnixDomainSocketAddress.of(path));
      } catch (IOException failed) {
        listener.close();
        throw failed;
      }
    } catch (IOException failed) {
      throw cannotListen(path, why(failed), failed);
    }
  }

  /// Only the owner may connect.
  static void makePrivate(Path path) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
  }

  static CannotListenException cannotListen(Path path, String why) {
    return new CannotListenException("cannot listen on `" + path + "` for control: " + why);
  }

  static CannotListenException cannotListen(Path path, String why, Throwable cause) {
    return new CannotListenException("cannot listen on `" + path + "` for control: " + why, cause);
  }

  /// The user's state folder may not exist yet; others have no business in it.
  private static void makeFolder(Path path) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    if (folder != null && !Files.exists(folder)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  private static void removeDead(Path path) throws IOException, CannotListenException {
    if (!Files.exists(path, NOFOLLOW_LINKS)) {
      return;
    }
    // A socket is neither of the kinds that Java has a name for.
    if (!Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS).isOther()) {
      throw cannotListen(
          path, "there is a file and it is no socket; remove it or choose another with `control:`");
    }
    if (isLive(path)) {
      throw new CannotListenException(
          "another gate is listening on `" + path + "`; stop it or choose another with `control:`");
    }
    Files.deleteIfExists(path);
  }

  /// Whether somebody listens. Only a refused connection proves that nobody does: a full queue, for
  /// instance, is somebody's, and so is a socket that this user may not connect to.
  private static boolean isLive(Path path) {
    try (SocketChannel probe = connect(path)) {
      return probe.isOpen();
    } catch (ConnectException refused) {
      return false;
    } catch (IOException anythingElse) {
      return true;
    }
  }

  private static String why(IOException failed) {
    return switch (failed) {
      case AccessDeniedException denied -> "this user may not write there";
      default -> String.valueOf(failed.getMessage()).toLowerCase(Locale.ROOT);
    };
  }
}
