package dev.sallyport.proxy;

import dev.sallyport.proxy.accept.AcceptFailures;
import dev.sallyport.proxy.accept.ConnectionLimits;
import dev.sallyport.proxy.config.Settings;
import dev.sallyport.proxy.limit.ChannelBounds;
import dev.sallyport.proxy.metrics.ConnectionLimit;
import dev.sallyport.proxy.stage.Accepted;
import dev.sallyport.proxy.stage.Drain;
import dev.sallyport.proxy.stage.Ulid;
import dev.sallyport.proxy.transport.Transport;
import dev.sallyport.rules.Reason;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// The listeners of the proxy. Binds, counts connections in and out, and gives each its pipeline.
final class ProxyServer {
  /// Connections that the kernel may hold ready for us.
  private static final int BACKLOG = 1_024;

  /// Connections beyond the limits that are told so at the same time; further ones are closed
  /// without a word, or the telling would hold as many as anybody likes.
  static final int MAX_TURNED_AWAY = 256;

  private final GateParts parts;
  private final ConnectionLimits limits;
  private final boolean ownListener;
  private final AtomicInteger turnedAway = new AtomicInteger();
  private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final List<Channel> listeners = new ArrayList<>();

  /// @param ownListener whether every listener belongs to one client alone
  ProxyServer(GateParts parts, ConnectionLimits limits, boolean ownListener) {
    this.parts = parts;
    this.limits = limits;
    this.ownListener = ownListener;
  }

  /// Opens a listener; blocks until it is bound.
  void listen(Settings.Listen where, Transport transport, EventLoopGroup loops)
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
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel client) {
                    accept(client, where.name());
                  }
                })
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

  private void accept(SocketChannel client, String listener) {
    InetAddress address = client.remoteAddress().getAddress();
    Accepted accepted =
        new Accepted(
            Ulid.at(System.currentTimeMillis()),
            client.remoteAddress(),
            listener,
            ownListener,
            parts.journal().now());
    Optional<ConnectionLimit> reached = limits.enter(address);
    if (reached.isEmpty()) {
      clients.add(client);
      parts.metrics().connectionOpened();
      client
          .closeFuture()
          .addListener(
              closed -> {
                limits.leave(address);
                parts.metrics().connectionClosed();
              });
    }
    ClientConnection connection = HttpPipeline.install(client, parts, accepted, new Entry.Proxy());
    if (reached.isPresent()) {
      parts.metrics().connectionRefused(reached.get());
      turnAway(client, connection.path());
    }
  }

  private void turnAway(Channel client, ConnectionPath path) {
    client.closeFuture().addListener(closed -> turnedAway.decrementAndGet());
    if (turnedAway.incrementAndGet() > MAX_TURNED_AWAY) {
      path.drop(Reason.LIMIT_EXCEEDED);
    } else {
      path.refuse(Reason.LIMIT_EXCEEDED, "");
    }
  }
}
