package dev.sallyport.proxy;

import dev.sallyport.proxy.accept.AcceptFailures;
import dev.sallyport.proxy.accept.ConnectionLimits;
import dev.sallyport.proxy.accept.ListenerTls;
import dev.sallyport.proxy.config.Listen;
import dev.sallyport.proxy.limit.ChannelBounds;
import dev.sallyport.proxy.stage.Drain;
import dev.sallyport.proxy.transport.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
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
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(transport.server())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .handler(new AcceptFailures())
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, ChannelBounds.waterMarks())
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, ChannelBounds.reads())
            .childHandler(new FrontDoor(parts, where, tls, shared))
            .bind(new InetSocketAddress(where.address(), where.port()))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new CannotStartException(
          "listener `"
              + where.name()
              + "` cannot listen on "
              + where.address().getHostAddress()
              + " port "
              + where.port()
              + ": "
              + Optional.ofNullable(bound.cause().getMessage()).orElse("no reason given")
              + "; is another gate running there?",
          bound.cause());
    }
    listeners.add(bound.channel());
  }

  /// The addresses that are listened on, in the order of the listeners.
  List<InetSocketAddress> addresses() {
    return listeners.stream().map(channel -> (InetSocketAddress) channel.localAddress()).toList();
  }

  /// Takes no new connections.
  void closeListeners() {
    listeners.forEach(listener -> listener.close().awaitUninterruptibly());
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
