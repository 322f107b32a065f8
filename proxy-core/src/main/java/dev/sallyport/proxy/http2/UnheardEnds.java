package dev.sallyport.proxy.http2;

import dev.sallyport.rules.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.util.Optional;
import java.util.function.Consumer;

/// Notices what ends a peer's streams and connection without anybody else hearing of it: the resets
/// of streams that never come to be, and the GOAWAY that says an error. Both are read from what the
/// codec writes, since of what it refuses while it writes itself it tells nobody. Stands before the
/// codec. On the event loop.
public final class UnheardEnds extends ChannelOutboundHandlerAdapter {
  /// Octets of a RST_STREAM frame (RFC 9113 section 6.4), which the codec writes in one piece.
  private static final int RESET_FRAME = 13;

  /// Octets of a GOAWAY frame without its words (section 6.8), which the codec writes apart.
  private static final int GO_AWAY_FRAME = 17;

  private static final int TYPE = 3;
  private static final int STREAM = 5;
  private static final int RESET_ERROR = 9;
  private static final int GO_AWAY_ERROR = 13;

  private final Http2FrameCodec codec;
  private final Consumer<Reason> unheard;
  private boolean over;

  /// @param codec the one behind it
  /// @param unheard told of each such stream, and once of the connection: `malformed`,
  ///   `limit-exceeded` or `internal-error`
  public UnheardEnds(Http2FrameCodec codec, Consumer<Reason> unheard) {
    this.codec = codec;
    this.unheard = unheard;
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (!over && message instanceof ByteBuf frame) {
      reason(frame).ifPresent(unheard);
    }
    ctx.write(message, promise);
  }

  private Optional<Reason> reason(ByteBuf frame) {
    int start = frame.readerIndex();
    if (is(frame, RESET_FRAME, Http2FrameTypes.RST_STREAM)) {
      return reset(frame.getInt(start + STREAM), frame.getInt(start + RESET_ERROR));
    }
    return is(frame, GO_AWAY_FRAME, Http2FrameTypes.GO_AWAY)
        ? goAway(frame.getInt(start + GO_AWAY_ERROR))
        : Optional.empty();
  }

  private static boolean is(ByteBuf frame, int octets, byte type) {
    return frame.readableBytes() == octets && frame.getByte(frame.readerIndex() + TYPE) == type;
  }

  /// A head that is not in order, or one stream too many.
  private Optional<Reason> reset(int stream, int error) {
    if (codec.connection().stream(stream) != null) {
      return Optional.empty();
    }
    return switch (Http2Error.valueOf(error)) {
      case PROTOCOL_ERROR -> Optional.of(Reason.MALFORMED);
      case REFUSED_STREAM -> Optional.of(Reason.LIMIT_EXCEEDED);
      default -> Optional.empty();
    };
  }

  private Optional<Reason> goAway(int error) {
    over = error != Http2Error.NO_ERROR.code();
    return switch (Http2Error.valueOf(error)) {
      case NO_ERROR -> Optional.empty();
      case ENHANCE_YOUR_CALM -> Optional.of(Reason.LIMIT_EXCEEDED);
      case INTERNAL_ERROR -> Optional.of(Reason.INTERNAL_ERROR);
      default -> Optional.of(Reason.MALFORMED);
    };
  }
}
