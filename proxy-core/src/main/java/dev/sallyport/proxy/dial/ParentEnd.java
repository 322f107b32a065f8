package dev.sallyport.proxy.dial;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;

/// What stands behind the TLS of a parent proxy, and makes of the connection one like any other:
/// what TLS delivers while nobody asks for octets waits until somebody does, and the end that TLS
/// says is the end of the parent's half. On the channel's event loop.
///
/// What waits is at most what one read of the socket has brought: there is no second one before
/// somebody asks.
final class ParentEnd extends ChannelDuplexHandler {
  private final Deque<Object> waiting = new ArrayDeque<>(1);
  private boolean held;
  private boolean asked;
  private boolean ended;
  private boolean endWaits;

  /// Takes back octets that belong to whoever comes next, who begins with a read.
  void keep(Object octets) {
    held = true;
    waiting.addFirst(octets);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (waiting.isEmpty() && !held && isAskedFor(ctx)) {
      ctx.fireChannelRead(message);
    } else {
      waiting.add(message);
    }
  }

  private boolean isAskedFor(ChannelHandlerContext ctx) {
    return asked || ctx.channel().config().isAutoRead();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    asked = false;
    ctx.fireChannelReadComplete();
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    held = false;
    asked = true;
    deliver(ctx);
    ctx.read();
  }

  private void deliver(ChannelHandlerContext ctx) {
    boolean any = false;
    while (!held && !waiting.isEmpty()) {
      any = true;
      ctx.fireChannelRead(waiting.removeFirst());
    }
    if (any) {
      ctx.fireChannelReadComplete();
    }
    if (endWaits && waiting.isEmpty()) {
      endWaits = false;
      ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslCloseCompletionEvent || event instanceof ChannelInputShutdownEvent) {
      if (!ended) {
        ended = true;
        endWaits = true;
        if (!held && isAskedFor(ctx)) {
          deliver(ctx);
        }
      }
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    held = false;
    deliver(ctx);
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    waiting.forEach(ReferenceCountUtil::release);
    waiting.clear();
  }

  /// What fails in TLS before anybody has taken the channel ends it.
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (ctx.pipeline().lastContext().equals(ctx)) {
      ctx.close();
    } else {
      ctx.fireExceptionCaught(cause);
    }
  }
}
