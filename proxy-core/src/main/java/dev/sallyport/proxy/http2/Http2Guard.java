package dev.sallyport.proxy.http2;

import dev.sallyport.proxy.limit.OctetBudget;
import dev.sallyport.proxy.stage.Drain;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Frame;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2SettingsAckFrame;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Watches a client's connection of HTTP/2 as a whole: closes it when it has had no stream for the
/// idle time, when its peer sends frames that mean nothing in great numbers, and when the octets
/// that wait in it are more than the client's share. Says GOAWAY when the gate drains. What a peer
/// did wrong is on record by [UnheardEnds].
public final class Http2Guard extends ChannelInboundHandlerAdapter {
  private final Http2FrameCodec codec;
  private final long idleNanos;
  private final OctetBudget.Share share;
  private @Nullable Future<?> idleCheck;
  private long lastStream = System.nanoTime();
  private long windowStart = System.nanoTime();
  private int controlFrames;
  private long held;
  private boolean leaving;

  /// @param codec the connection's
  /// @param idle how long it may be without a stream
  /// @param share what the client may leave waiting
  public Http2Guard(Http2FrameCodec codec, Duration idle, OctetBudget.Share share) {
    this.codec = codec;
    this.idleNanos = idle.toNanos();
    this.share = share;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    codec
        .connection()
        .addListener(
            new Http2ConnectionAdapter() {
              @Override
              public void onStreamClosed(Http2Stream stream) {
                streamClosed(ctx);
              }
            });
    int more = Http2Bounds.CONNECTION_WINDOW - Http2CodecUtil.DEFAULT_WINDOW_SIZE;
    ctx.writeAndFlush(new DefaultHttp2WindowUpdateFrame(more));
    scheduleIdleCheck(ctx, idleNanos);
  }

  private void streamClosed(ChannelHandlerContext ctx) {
    lastStream = System.nanoTime();
    if (leaving && codec.connection().numActiveStreams() == 0) {
      ctx.executor().execute(() -> ctx.close());
    }
  }

  private void scheduleIdleCheck(ChannelHandlerContext ctx, long delayNanos) {
    idleCheck = ctx.executor().schedule(() -> checkIdle(ctx), delayNanos, TimeUnit.NANOSECONDS);
  }

  private void checkIdle(ChannelHandlerContext ctx) {
    long left = idleNanos - (System.nanoTime() - lastStream);
    if (codec.connection().numActiveStreams() > 0) {
      scheduleIdleCheck(ctx, idleNanos);
    } else if (left > 0) {
      scheduleIdleCheck(ctx, left);
    } else {
      leave(ctx, Http2Error.NO_ERROR);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    boolean counts = message instanceof Http2Frame && !(message instanceof Http2SettingsAckFrame);
    ReferenceCountUtil.release(message);
    if (counts && !leaving && isFlood()) {
      leave(ctx, Http2Error.ENHANCE_YOUR_CALM);
    }
  }

  private boolean isFlood() {
    long now = System.nanoTime();
    if (now - windowStart > TimeUnit.SECONDS.toNanos(Http2Bounds.CONTROL_WINDOW_SECONDS)) {
      windowStart = now;
      controlFrames = 0;
    }
    return ++controlFrames > Http2Bounds.CONTROL_FRAMES;
  }

  /// What streams have not read yet waits in the gate.
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    Http2Connection connection = codec.connection();
    int now = connection.local().flowController().unconsumedBytes(connection.connectionStream());
    if (share.change(held, now)) {
      held = now;
    } else {
      leave(ctx, Http2Error.ENHANCE_YOUR_CALM);
    }
    ctx.fireChannelReadComplete();
  }

  /// With no error, what is in flight is finished first.
  private void leave(ChannelHandlerContext ctx, Http2Error error) {
    if (leaving && error == Http2Error.NO_ERROR) {
      return;
    }
    leaving = true;
    boolean now = error != Http2Error.NO_ERROR || codec.connection().numActiveStreams() == 0;
    var said = ctx.writeAndFlush(new DefaultHttp2GoAwayFrame(error));
    if (now) {
      said.addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    switch (event) {
      case Drain drain -> leave(ctx, Http2Error.NO_ERROR);
      case ChannelInputShutdownEvent shutdown -> ctx.close();
      case SslCloseCompletionEvent closed -> ctx.close();
      default -> ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    share.change(held, 0);
    held = 0;
    if (idleCheck != null) {
      idleCheck.cancel(false);
    }
  }

  /// Of what is wrong in its frames the codec says GOAWAY, with the error, and closes.
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) == null) {
      ctx.close();
    } else {
      leaving = true;
    }
  }
}
