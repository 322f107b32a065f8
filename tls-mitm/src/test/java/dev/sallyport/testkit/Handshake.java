package dev.sallyport.testkit;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// A TLS handshake between two handlers, in this thread and without a socket.
///
/// @param client what the client's side says of it
/// @param server what the server's side says of it
public record Handshake(Side client, Side server) {
  private static final int MAX_FLIGHTS = 200;

  /// One side's view.
  ///
  /// @param protocol agreed by ALPN, empty for none
  /// @param version `TLSv1.3` and the like, empty when it failed
  /// @param cipherSuite agreed
  /// @param peer the certificates that the other side showed, as sent
  /// @param askedFor the server names that a server was asked for, empty for a client
  /// @param failure why it failed, if it did
  public record Side(
      String protocol,
      String version,
      String cipherSuite,
      List<X509Certificate> peer,
      List<String> askedFor,
      @Nullable Throwable failure) {
    /// Whether the handshake ended well.
    public boolean done() {
      return failure == null;
    }
  }

  /// Shakes hands.
  public static Handshake between(SslHandler client, SslHandler server) {
    EmbeddedChannel left = new EmbeddedChannel();
    EmbeddedChannel right = new EmbeddedChannel();
    try {
      right.pipeline().addLast(server);
      left.pipeline().addLast(client);
      for (int i = 0; i < MAX_FLIGHTS; i++) {
        boolean moved = move(left, right);
        moved |= move(right, left);
        if (!moved) {
          break;
        }
      }
      return new Handshake(side(client), side(server));
    } finally {
      end(left);
      end(right);
    }
  }

  /// Closes a channel and gives back what it holds.
  public static void end(EmbeddedChannel channel) {
    try {
      channel.finishAndReleaseAll();
    } catch (Exception e) {
      // What went wrong with the handshake is thrown once more; the handler's future tells it.
      channel.close();
    }
  }

  private static boolean move(EmbeddedChannel from, EmbeddedChannel to) {
    from.runPendingTasks();
    boolean moved = false;
    for (ByteBuf octets = from.readOutbound(); octets != null; octets = from.readOutbound()) {
      moved = true;
      if (to.isOpen()) {
        // Not writeInbound, which throws what the handler's future tells as well.
        to.pipeline().fireChannelRead(octets);
        to.pipeline().fireChannelReadComplete();
      } else {
        octets.release();
      }
    }
    ReferenceCountUtil.release(to.readInbound());
    return moved;
  }

  private static Side side(SslHandler handler) {
    Future<?> future = handler.handshakeFuture();
    if (!future.isDone()) {
      return new Side(
          "", "", "", List.of(), List.of(), new IllegalStateException("the handshake hangs"));
    }
    if (!future.isSuccess()) {
      return new Side("", "", "", List.of(), List.of(), future.cause());
    }
    SSLSession session = handler.engine().getSession();
    String protocol = handler.applicationProtocol();
    return new Side(
        protocol == null ? "" : protocol,
        session.getProtocol(),
        session.getCipherSuite(),
        certificates(session),
        names(session),
        null);
  }

  private static List<String> names(SSLSession session) {
    if (!(session instanceof ExtendedSSLSession extended)) {
      return List.of();
    }
    try {
      return extended.getRequestedServerNames().stream()
          .map(name -> new String(name.getEncoded(), StandardCharsets.US_ASCII))
          .toList();
    } catch (UnsupportedOperationException e) {
      return List.of();
    }
  }

  private static List<X509Certificate> certificates(SSLSession session) {
    try {
      return Arrays.stream(session.getPeerCertificates()).map(X509Certificate.class::cast).toList();
    } catch (SSLPeerUnverifiedException e) {
      return List.of();
    }
  }
}
