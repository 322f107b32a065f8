package dev.sallyport.proxy;

import dev.sallyport.proxy.accept.AcceptFailures;
import dev.sallyport.proxy.accept.ConnectionLimits;
import dev.sallyport.proxy.accept.ListenerTls;
import dev.sallyport.proxy.config.Listen;
import dev.sallyport.proxy.limit.ChannelBounds;
import dev.sallyport.proxy.stage.Drain;
import dev.sallyport.proxy.transport.BindFailure;
import dev.sallyport.proxy.transport.Transport;
import dev.sallyport.rules.Host;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// The listeners of the proxy: binds them, gives each its [FrontDoor], and ends what came through.
final class ProxyServer {
  /// Connections that the kernel may hold ready for us.
  private static final int BACKLOG = 1_024;

  private final GateParts parts;
  private final FrontDoor.Shared shared;
  private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final List<Channel> listeners = new ArrayList<>();
  private final List<Channel> adopted = new ArrayList<>();

  /// @param ownListener whether every listener belongs to one client alone
  ProxyServer(GateParts parts, ConnectionLimits limits, boolean ownListener) {
    this.parts = parts;
    this.shared = new FrontDoor.Shared(limits, ownListener, clients, new AtomicInteger());
  }

  /// Opens a listener; blocks until it is bound.
  ///
  /// @param tls empty for a listener in clear
  void listen(Listen where, Optional<ListenerTls> tls, Transport transport, EventLoopGroup loops)
      throws CannotStartException {
    ServerBootstrap listener = listener(where, tls, loops).channel(transport.server());
    if (takesForeignAddresses(where)) {
      if (transport != Transport.EPOLL) {
        throw new CannotStartException(
            "listener `"
                + where.name()
                + "` has `transparent: tproxy`, which works on Linux with its native transport"
                + " alone; write `transparent: redirect`");
      }
      listener.option(EpollChannelOption.IP_TRANSPARENT, true);
    }
    ChannelFuture bound =
        listener.bind(new InetSocketAddress(where.address(), where.port())).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new CannotStartException(
          "listener `%s` cannot listen on `%s:%d`: %s; choose another in `listen`"
              .formatted(
                  where.name(),
                  new Host.Literal(where.address()).authorityText(),
                  where.port(),
                  BindFailure.why(bound.cause())),
          bound.cause());
    }
    listeners.add(bound.channel());
  }

  /// Takes a socket that listens already.
  void adopt(Listen where, int descriptor, EventLoopGroup loops) throws IOException {
    ChannelFuture registered =
        listener(where, Optional.empty(), loops)
            .channelFactory(() -> new EpollServerSocketChannel(descriptor))
            .register()
            .awaitUninterruptibly();
    if (!registered.isSuccess()) {
      throw new IOException(String.valueOf(registered.cause().getMessage()), registered.cause());
    }
    adopted.add(registered.channel());
  }

  private ServerBootstrap listener(Listen where, Optional<ListenerTls> tls, EventLoopGroup loops) {
    return new ServerBootstrap()
        .group(loops)
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .option(ChannelOption.SO_REUSEADDR, true)
        .handler(new AcceptFailures())
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, ChannelBounds.waterMarks())
        .childOption(ChannelOption.RECVBUF_ALLOCATOR, ChannelBounds.reads())
        .childHandler(new FrontDoor(parts, where, tls, shared));
  }

  /// Under TPROXY the kernel gives connections to a socket whose address is another one.
  private static boolean takesForeignAddresses(Listen where) {
    return where.service() instanceof Listen.Service.Transparent(Listen.Leading how)
        && how instanceof Listen.Leading.Unchanged;
  }

  /// The addresses that are listened on, in the order of the listeners.
  List<InetSocketAddress> addresses() {
    return listeners.stream().map(channel -> (InetSocketAddress) channel.localAddress()).toList();
  }

  /// Takes no new connections.
  void closeListeners() {
    listeners.forEach(listener -> listener.close().awaitUninterruptibly());
    adopted.forEach(listener -> listener.close().awaitUninterruptibly());
  }

  /// Closes client connections that do nothing, the others when their request is answered.
  void drain() {
    clients.forEach(client -> client.pipeline().fireUserEventTriggered(new Drain()));
  }

  /// How many client connections are open.
  int open() {
    return clients.size();
  }

  /// Waits until no client connection is open, at most this long.
  void awaitClosed(Duration atMost) {
    clients.newCloseFuture().awaitUninterruptibly(atMost.toMillis());
  }

  /// Closes what is left.
  void closeClients() {
    clients.close().awaitUninterruptibly();
  }
}
