package dev.sallyport.proxy.admin;

import dev.sallyport.proxy.config.Settings;
import dev.sallyport.proxy.transport.BindFailure;
import dev.sallyport.proxy.transport.Transport;
import dev.sallyport.rules.Host;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// The admin listener: `/healthz`, `/readyz`, `/metrics` and `/audit/head` over HTTP/1.1, for
/// reading. It has one event loop of its own.
///
/// Its [#address()] belongs to the addresses that the dialler never connects to, so that it cannot
/// be reached through the proxy.
public final class AdminServer {
  /// Connections at one time; one more is closed at once.
  static final int MAX_CONNECTIONS = 64;

  /// Octets of a request line.
  static final int MAX_REQUEST_LINE = 2048;

  /// Octets of a request's header fields.
  static final int MAX_FIELDS = 8192;

  /// Octets of a request's body. Nothing here takes one.
  static final int MAX_BODY = 1024;

  private static final Duration BIND_TIME = Duration.ofSeconds(10);
  private static final Duration STOP_TIME = Duration.ofSeconds(5);

  private final EventLoopGroup loops;
  private final Channel listener;
  private final ChannelGroup connections;

  private AdminServer(EventLoopGroup loops, Channel listener, ChannelGroup connections) {
    this.loops = loops;
    this.listener = listener;
    this.connections = connections;
  }

  /// Opens the listener. Blocks until it is bound: not for event loops.
  ///
  /// @throws CannotListenException when it cannot be bound
  public static AdminServer start(Settings.Admin where, AdminPages pages, Transport transport)
      throws CannotListenException {
    EventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("sallyport-admin", true), transport.ioHandlers());
    ChannelGroup connections = new DefaultChannelGroup("admin", loops.next());
    AdminAnswers answers = new AdminAnswers(pages, new AdminHost(where.hosts()));
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(transport.server())
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel connection) {
                    assemble(connection, connections, answers);
                  }
                })
            .bind(where.address(), where.port());
    if (bound.awaitUninterruptibly(BIND_TIME.toMillis()) && bound.isSuccess()) {
      return new AdminServer(loops, bound.channel(), connections);
    }
    bound.channel().close();
    end(loops);
    throw cannotListen(where, bound);
  }

  /// The way of a connection. Runs on the one event loop, so that counting and adding are one step.
  static void assemble(Channel connection, ChannelGroup connections, AdminAnswers answers) {
    if (connections.size() >= MAX_CONNECTIONS) {
      connection.close();
      return;
    }
    connections.add(connection);
    connection
        .pipeline()
        .addLast("http", new HttpServerCodec(httpLimits()))
        .addLast("whole-request", new HttpObjectAggregator(MAX_BODY, true))
        .addLast("answer", new AdminConnection(answers));
  }

  /// Where it listens.
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /// Closes the listener and its connections. Blocks, bounded in time: not for event loops.
  public void stop() {
    listener.close().awaitUninterruptibly(STOP_TIME.toMillis());
    connections.close().awaitUninterruptibly(STOP_TIME.toMillis());
    end(loops);
  }

  private static HttpDecoderConfig httpLimits() {
    return new HttpDecoderConfig()
        .setMaxInitialLineLength(MAX_REQUEST_LINE)
        .setMaxHeaderSize(MAX_FIELDS);
  }

  private static void end(EventLoopGroup loops) {
    loops
        .shutdownGracefully(0, STOP_TIME.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(STOP_TIME.toMillis());
  }

  private static CannotListenException cannotListen(Settings.Admin where, ChannelFuture bound) {
    String place = new Host.Literal(where.address()).authorityText() + ":" + where.port();
    Throwable cause = bound.cause();
    String start = "cannot listen on `" + place + "` for health and metrics: ";
    if (cause == null) {
      return new CannotListenException(start + "the system did not answer in time");
    }
    return new CannotListenException(
        start + BindFailure.why(cause) + "; choose another with `admin: {address: ..., port: ...}`",
        cause);
  }
}
