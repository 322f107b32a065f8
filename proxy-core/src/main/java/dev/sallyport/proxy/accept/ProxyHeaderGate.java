package dev.sallyport.proxy.accept;

import dev.sallyport.proxy.stage.Drain;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Holds back what a balancer sends until its [ProxyHeader] is whole, bounded in octets and time;
/// then it leaves the pipeline, and what came behind the header goes on. On the channel's event
/// loop.
public final class ProxyHeaderGate extends ChannelInboundHandlerAdapter {
  private final Duration patience;
  private final Listener listener;
  private ByteBuf seen = Unpooled.EMPTY_BUFFER;
  private @Nullable Future<?> alarm;
  private boolean told;

  /// Told once.
  public interface Listener {
    /// The header is whole. Adds the handlers that take what follows, or refuses.
    ///
    /// @param client empty when the balancer speaks for itself
    void named(Optional<InetSocketAddress> client);

    /// What came is no header; the channel is the listener's to close.
    void unnamed(String why);
  }

  /// @param patience from the beginning of the connection to the end of the header
  public ProxyHeaderGate(Duration patience, Listener listener) {
    this.patience = patience;
    this.listener = listener;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    alarm = ctx.executor().schedule(() -> cut(ctx), patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    stopAlarm();
    seen.release();
    seen = Unpooled.EMPTY_BUFFER;
  }

  private void stopAlarm() {
    if (alarm != null) {
      alarm.cancel(false);
      alarm = null;
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf octets) || told) {
      ReferenceCountUtil.release(message);
      return;
    }
    seen = joined(ctx.alloc(), seen, octets);
    switch (ProxyHeader.read(seen)) {
      case ProxyHeader.Reading.NeedMore more -> {}
      case ProxyHeader.Reading.Header(Optional<InetSocketAddress> client, int length) ->
          named(ctx, client, length);
      case ProxyHeader.Reading.Wrong(String why) -> {
        told = true;
        stopAlarm();
        listener.unnamed(why);
      }
    }
  }

  private static ByteBuf joined(ByteBufAllocator alloc, ByteBuf seen, ByteBuf more) {
    return ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(alloc, seen, more);
  }

  private void named(ChannelHandlerContext ctx, Optional<InetSocketAddress> client, int length) {
    told = true;
    stopAlarm();
    ByteBuf rest = seen.skipBytes(length);
    seen = Unpooled.EMPTY_BUFFER;
    listener.named(client);
    if (rest.isReadable() && !ctx.isRemoved()) {
      ctx.fireChannelRead(rest);
    } else {
      rest.release();
    }
    if (!ctx.isRemoved()) {
      ctx.pipeline().remove(this);
    }
  }

  /// Who only looks whether somebody listens is nobody's concern.
  private void cut(ChannelHandlerContext ctx) {
    if (told) {
      return;
    }
    told = true;
    stopAlarm();
    if (seen.isReadable()) {
      listener.unnamed("the PROXY protocol header is cut short");
    } else {
      ctx.close();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    switch (event) {
      case ChannelInputShutdownEvent shutdown -> cut(ctx);
      case Drain drain -> {
        if (!told) {
          ctx.close();
        }
      }
      default -> {}
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    stopAlarm();
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
