package dev.sallyport.proxy.intercept;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/// One TLS handshake on a connection of either side, from the moment its handler stands in the
/// pipeline; leaves the pipeline before anything that was encrypted comes through. Bounded by the
/// handshake timeout. On the channel's event loop.
public final class TlsHandshake extends ChannelInboundHandlerAdapter {
  private static final String WATCH = "handshake";

  private final SslHandler tls;
  private final Consumer<HandshakeEnd> listener;
  private boolean told;

  private TlsHandshake(SslHandler tls, Consumer<HandshakeEnd> listener) {
    this.tls = tls;
    this.listener = listener;
  }

  /// Adds TLS at the end of the pipeline and waits for its handshake.
  ///
  /// @param name of the TLS handler in the pipeline
  /// @param listener told once; after a failure the channel is the listener's to close
  public static void begin(
      Channel channel,
      String name,
      SslHandler tls,
      Duration bound,
      Consumer<HandshakeEnd> listener) {
    tls.setHandshakeTimeoutMillis(bound.toMillis());
    ChannelPipeline pipeline = channel.pipeline();
    // Before TLS, which may be done, or fail, while it is added.
    TlsHandshake watch = new TlsHandshake(tls, listener);
    pipeline.addLast(name, tls);
    pipeline.addLast(WATCH, watch);
    if (!channel.isActive()) {
      watch.tell(channel, new HandshakeEnd.Failed(new ClosedChannelException()));
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent completion) {
      if (completion.isSuccess()) {
        tell(ctx.channel(), new HandshakeEnd.Secured(protocol()));
      } else {
        tell(ctx.channel(), new HandshakeEnd.Failed(completion.cause()));
      }
    }
    if (event instanceof ChannelInputShutdownEvent) {
      // Half a handshake leads nowhere.
      ctx.close();
    }
    ctx.fireUserEventTriggered(event);
  }

  private String protocol() {
    return Optional.ofNullable(tls.applicationProtocol()).orElse(Alpn.HTTP_1);
  }

  private void tell(Channel channel, HandshakeEnd end) {
    if (told) {
      return;
    }
    told = true;
    if (end instanceof HandshakeEnd.Secured) {
      channel.pipeline().remove(this);
    }
    listener.accept(end);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    // Only after a failure: nobody wants it.
    ReferenceCountUtil.release(message);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    tell(ctx.channel(), new HandshakeEnd.Failed(new ClosedChannelException()));
    ctx.fireChannelInactive();
  }

  /// What goes wrong in TLS is told by the completion event; here it comes a second time.
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    tell(ctx.channel(), new HandshakeEnd.Failed(cause));
  }
}
