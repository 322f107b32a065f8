package dev.sallyport.proxy.dial;

import dev.sallyport.proxy.limit.ChannelBounds;
import dev.sallyport.proxy.transport.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator;

/// Opens connections. The only code that does.
final class Connector {
  private final Transport transport;

  Connector(Transport transport) {
    this.transport = transport;
  }

  /// Begins to connect on an event loop; whoever calls bounds the time. The channel does not read
  /// by itself, survives that the other side ends its half, and has nothing in its pipeline that
  /// takes or gives octets.
  ChannelFuture connect(Endpoint endpoint, EventLoop loop) {
    return bootstrap(loop).connect(endpoint.socketAddress());
  }

  /// The same, with a say in how many octets each read takes.
  ChannelFuture connect(Endpoint endpoint, EventLoop loop, RecvByteBufAllocator reads) {
    return bootstrap(loop)
        .option(ChannelOption.RECVBUF_ALLOCATOR, reads)
        .connect(endpoint.socketAddress());
  }

  private Bootstrap bootstrap(EventLoop loop) {
    return new Bootstrap()
        .group(loop)
        .channel(transport.client())
        // An endpoint is an address already; nothing here may turn a name into one.
        .disableResolver()
        .option(ChannelOption.AUTO_READ, false)
        .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, ChannelBounds.waterMarks())
        .option(ChannelOption.RECVBUF_ALLOCATOR, ChannelBounds.reads())
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_KEEPALIVE, true)
        // No bound of its own: the dial has one for everything.
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
        .handler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new Unattended());
              }
            });
  }

  /// Ends a channel that fails before anybody has taken it; what becomes of connections is no fault
  /// of ours, and not for the log. Behind it stand the handlers of whoever takes the channel.
  private static final class Unattended extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (ctx.pipeline().lastContext().equals(ctx)) {
        ctx.close();
      } else {
        ctx.fireExceptionCaught(cause);
      }
    }
  }
}
