package dev.sallyport.proxy.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameTypes;

/// Notices the resets by which the codec answers heads that are not in order: their streams never
/// come to be, so nobody else hears of them. Stands before the codec. On the event loop.
public final class UnheardResets extends ChannelOutboundHandlerAdapter {
  /// Octets of a RST_STREAM frame (RFC 9113 section 6.4), which the codec writes in one piece.
  private static final int FRAME = 13;

  private static final int TYPE = 3;
  private static final int STREAM = 5;
  private static final int ERROR = 9;

  private final Http2FrameCodec codec;
  private final Runnable unheard;

  /// @param codec the one behind it
  /// @param unheard told of each
  public UnheardResets(Http2FrameCodec codec, Runnable unheard) {
    this.codec = codec;
    this.unheard = unheard;
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (message instanceof ByteBuf frame && isUnheard(frame)) {
      unheard.run();
    }
    ctx.write(message, promise);
  }

  private boolean isUnheard(ByteBuf frame) {
    int start = frame.readerIndex();
    return frame.readableBytes() == FRAME
        && frame.getByte(start + TYPE) == Http2FrameTypes.RST_STREAM
        && frame.getInt(start + ERROR) == Http2Error.PROTOCOL_ERROR.code()
        && codec.connection().stream(frame.getInt(start + STREAM)) == null;
  }
}
