package dev.sallyport.proxy.intercept;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// How TLS with an origin ends, right behind its handler. An end without close_notify may be
/// anybody's who can cut a connection (RFC 8446 section 6.1): it is passed on as an error, so that
/// nothing behind takes it for the end of an answer. Under TLS 1.3 an origin also says here, after
/// the handshake, that it wants another client. On the event loop.
public final class OriginTlsEnd extends ChannelInboundHandlerAdapter {
  private static final String NAME = "tls-end";

  private boolean closedInOrder;
  private boolean inputOver;
  private @Nullable Throwable fault;

  private OriginTlsEnd() {}

  /// Watches a connection whose handshake is done; to be called before anything reads from it.
  public static OriginTlsEnd watch(Channel channel) {
    OriginTlsEnd end = new OriginTlsEnd();
    channel.pipeline().addLast(NAME, end);
    return end;
  }

  /// What TLS failed with since its handshake; empty when it has not.
  public Optional<Throwable> fault() {
    return Optional.ofNullable(fault);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslCloseCompletionEvent closed && closed.isSuccess() && !inputOver) {
      closedInOrder = true;
    }
    if (event instanceof ChannelInputShutdownEvent) {
      over(ctx);
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    over(ctx);
    ctx.fireChannelInactive();
  }

  private void over(ChannelHandlerContext ctx) {
    if (!inputOver && !closedInOrder) {
      inputOver = true;
      ctx.fireExceptionCaught(new TruncatedException());
    }
    inputOver = true;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (fault == null && cause.getCause() instanceof SSLException) {
      fault = cause;
    }
    ctx.fireExceptionCaught(cause);
  }

  /// The connection ended without a close_notify. Expected from the network, so without a trace.
  private static final class TruncatedException extends SSLException {
    private static final long serialVersionUID = 1;

    TruncatedException() {
      super("the connection ended without a close_notify");
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }
}
