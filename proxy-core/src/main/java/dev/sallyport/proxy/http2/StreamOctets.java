package dev.sallyport.proxy.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;

/// A stream that an extended CONNECT has made one of octets (RFC 8441 section 5): `ByteBuf` goes in
/// and comes out, and the end of the other half is told as that of a socket is. On the connection's
/// event loop.
public final class StreamOctets extends ChannelDuplexHandler {
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    switch (message) {
      case Http2DataFrame frame -> {
        boolean last = frame.isEndStream();
        ctx.fireChannelRead(frame.content());
        ended(ctx, last);
      }
      // Trailers, which nobody reads.
      case Http2HeadersFrame frame -> ended(ctx, frame.isEndStream());
      default -> ReferenceCountUtil.release(message);
    }
  }

  private static void ended(ChannelHandlerContext ctx, boolean last) {
    if (last) {
      ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    ctx.write(
        message instanceof ByteBuf octets ? new DefaultHttp2DataFrame(octets) : message, promise);
  }
}
