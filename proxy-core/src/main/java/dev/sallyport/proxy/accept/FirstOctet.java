package dev.sallyport.proxy.accept;

import dev.sallyport.proxy.stage.Drain;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Waits for the first octet of a connection, by which protocols are told apart, and leaves the
/// pipeline; nothing is taken away. A client that sends none within the time it has is closed
/// quietly. On the channel's event loop.
public final class FirstOctet extends ChannelInboundHandlerAdapter {
  private final Duration patience;
  private final IntConsumer listener;
  private @Nullable Future<?> alarm;
  private boolean told;

  /// @param listener told once what the octet is, 0 to 255; adds the handlers that take it
  public FirstOctet(Duration patience, IntConsumer listener) {
    this.patience = patience;
    this.listener = listener;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    alarm = ctx.executor().schedule(() -> ctx.close(), patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (alarm != null) {
      alarm.cancel(false);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!told && message instanceof ByteBuf octets && octets.isReadable()) {
      told = true;
      listener.accept(octets.getUnsignedByte(octets.readerIndex()));
      if (ctx.isRemoved()) {
        octets.release();
        return;
      }
      ctx.fireChannelRead(message);
      if (!ctx.isRemoved()) {
        ctx.pipeline().remove(this);
      }
    } else {
      ctx.fireChannelRead(message);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (!told && (event instanceof ChannelInputShutdownEvent || event instanceof Drain)) {
      ctx.close();
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
