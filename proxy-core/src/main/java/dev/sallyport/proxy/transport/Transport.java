package dev.sallyport.proxy.transport;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.Locale;
import java.util.Optional;

/// A transport of Netty's: its event loops and the channels that go with them. Channels of one do
/// not register on the loops of another.
public enum Transport {
  /// Linux, through the native library.
  EPOLL(EpollServerSocketChannel.class, EpollSocketChannel.class, EpollDatagramChannel.class),
  /// The JDK's own, everywhere.
  NIO(NioServerSocketChannel.class, NioSocketChannel.class, NioDatagramChannel.class);

  /// The system property that names a transport, for comparing them and for machines where the
  /// native one fails.
  public static final String PROPERTY = "sallyport.transport";

  private final Class<? extends ServerSocketChannel> server;
  private final Class<? extends SocketChannel> client;
  private final Class<? extends DatagramChannel> datagram;

  Transport(
      Class<? extends ServerSocketChannel> server,
      Class<? extends SocketChannel> client,
      Class<? extends DatagramChannel> datagram) {
    this.server = server;
    this.client = client;
    this.datagram = datagram;
  }

  /// The one that [#PROPERTY] names, else epoll where it is available, else NIO.
  ///
  /// @throws IllegalArgumentException when the property names no transport, or one that this
  ///   machine does not have; the message is meant for the user
  public static Transport best() {
    return chosen(Optional.ofNullable(System.getProperty(PROPERTY)));
  }

  static Transport chosen(Optional<String> word) {
    if (word.isEmpty()) {
      return EPOLL.isAvailable() ? EPOLL : NIO;
    }
    for (Transport transport : values()) {
      if (transport.code().equals(word.get())) {
        return available(transport);
      }
    }
    throw new IllegalArgumentException(
        "`-D" + PROPERTY + "=" + word.get() + "` names no transport; write `epoll` or `nio`");
  }

  /// Whether this machine has it.
  public boolean isAvailable() {
    return switch (this) {
      case EPOLL -> Epoll.isAvailable();
      case NIO -> true;
    };
  }

  /// The word for logs and for [#PROPERTY].
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// What event loops of this transport are made with; one factory makes the handlers of any number
  /// of loops.
  public IoHandlerFactory ioHandlers() {
    return switch (this) {
      case EPOLL -> SteadyEpoll.newFactory();
      case NIO -> NioIoHandler.newFactory();
    };
  }

  /// The channel that listens.
  public Class<? extends ServerSocketChannel> server() {
    return server;
  }

  /// The channel that connects.
  public Class<? extends SocketChannel> client() {
    return client;
  }

  /// The channel for datagrams.
  public Class<? extends DatagramChannel> datagram() {
    return datagram;
  }

  private static Transport available(Transport transport) {
    if (!transport.isAvailable()) {
      throw new IllegalArgumentException(
          "`-D"
              + PROPERTY
              + "="
              + transport.code()
              + "` is not available on this machine; leave it out");
    }
    return transport;
  }
}
