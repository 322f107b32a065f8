package dev.sallyport.proxy.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;

/// Counts the octets of a connection to an origin, within TLS where there is any.
final class Meter extends ChannelDuplexHandler {
  private long sent;
  private long received;

  long sent() {
    return sent;
  }

  long received() {
    return received;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf buffer) {
      received += buffer.readableBytes();
    }
    ctx.fireChannelRead(message);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (message instanceof ByteBuf buffer) {
      sent += buffer.readableBytes();
    }
    ctx.write(message, promise);
  }
}
