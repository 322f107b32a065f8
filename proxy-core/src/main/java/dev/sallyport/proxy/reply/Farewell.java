package dev.sallyport.proxy.reply;

import dev.sallyport.proxy.transport.TlsEnd;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// Closes a client's connection so that the last answer arrives: half-close, then read and drop
/// what the client still sends, up to a cap in octets and time. A plain close with octets unread
/// would send a reset, and the reset could overtake the answer (RFC 9112 section 9.6).
public final class Farewell extends ChannelInboundHandlerAdapter {
  /// Octets read and dropped at most.
  public static final int MAX_DRAINED = 64 * 1024;

  /// Time for that, in milliseconds.
  public static final long MAX_DRAIN_MILLIS = 1_000;

  /// Time until the last message, and what stands before it, has gone out, in milliseconds.
  public static final long MAX_WRITE_MILLIS = 30_000;

  private int drained;

  private Farewell() {}

  /// Writes the last message, empties the pipeline and closes as described. On the channel's event
  /// loop.
  ///
  /// @param last the last message, for the handlers that are in the pipeline now; or an encoded
  ///   buffer
  public static void say(Channel channel, Object last) {
    ChannelFuture written = channel.writeAndFlush(last);
    if (!written.isDone()) {
      closeAfter(channel, MAX_WRITE_MILLIS);
    }
    written.addListener(done -> endTls(channel));
  }

  private static void closeAfter(Channel channel, long millis) {
    Future<?> bound =
        channel.eventLoop().schedule(() -> channel.close(), millis, TimeUnit.MILLISECONDS);
    channel.closeFuture().addListener(closed -> bound.cancel(false));
  }

  /// Within TLS the end must be said as well, or the last answer may look cut short.
  private static void endTls(Channel channel) {
    if (channel.isActive()) {
      TlsEnd.say(channel).addListener(said -> begin(channel));
    } else {
      begin(channel);
    }
  }

  private static void begin(Channel channel) {
    if (!channel.isActive()) {
      channel.close();
      return;
    }
    // From the last to the first: a decoder that leaves hands on what it still holds, and nobody
    // must read that as a further request.
    while (channel.pipeline().lastContext() != null) {
      channel.pipeline().removeLast();
    }
    channel.pipeline().addLast("farewell", new Farewell());
    if (channel instanceof DuplexChannel duplex) {
      if (duplex.isInputShutdown()) {
        channel.close();
        return;
      }
      duplex.shutdownOutput();
    }
    channel.config().setAutoRead(true);
    closeAfter(channel, MAX_DRAIN_MILLIS);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf octets) {
      drained += octets.readableBytes();
    }
    ReferenceCountUtil.release(message);
    if (drained > MAX_DRAINED) {
      ctx.close();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      ctx.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
