package dev.sallyport.proxy.exchange;

import dev.sallyport.proxy.http2.StreamAnswers;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/// One stream of a connection to an origin that speaks HTTP/2, for one request.
final class Http2Link implements OriginLink {
  private final Http2Origin origin;
  private final boolean reused;
  private final StreamMeter meter = new StreamMeter();
  private @Nullable Channel stream;
  private @Nullable Reader reader;
  private boolean givenBack;

  Http2Link(Http2Origin origin) {
    this.origin = origin;
    this.reused = origin.carried() > 0;
  }

  /// Takes over a fresh stream.
  void install(Channel fresh) {
    stream = fresh;
    fresh.pipeline().addLast("meter", meter);
    fresh.pipeline().addLast("decode", new StreamAnswers());
    fresh.pipeline().addLast("link", new Handler());
  }

  @Override
  public Channel channel() {
    Channel current = stream;
    return current == null ? origin.connection() : current;
  }

  @Override
  public boolean isOpen() {
    return channel().isActive() && reader == null && !givenBack && origin.isOpen();
  }

  @Override
  public boolean isThroughParent() {
    return false;
  }

  @Override
  public boolean isReused() {
    return reused;
  }

  @Override
  public long sent() {
    return meter.sent();
  }

  @Override
  public long received() {
    return meter.received();
  }

  @Override
  public void begin(UpstreamRequest request, Reader next) {
    reader = next;
    write(request.forStreams());
    if (!channel().isActive()) {
      channel().eventLoop().execute(this::gone);
    }
  }

  private void gone() {
    Reader waiting = reader;
    if (waiting != null) {
      waiting.closed();
    }
  }

  /// A stream hands on one answer after the other by itself.
  @Override
  public void nextAnswer() {}

  @Override
  public void write(Object part) {
    Channel to = channel();
    to.write(part, to.voidPromise());
  }

  /// The next request gets a stream of its own.
  @Override
  public void release() {
    reader = null;
    giveBack();
  }

  /// Ends the stream, with a reset where it is not over; the others go on.
  @Override
  public void close() {
    channel().close();
    giveBack();
  }

  private void giveBack() {
    if (!givenBack) {
      givenBack = true;
      origin.giveBack();
    }
  }

  /// A WebSocket goes up over HTTP/1.1.
  @Override
  public void leaveHttp() {
    throw new IllegalStateException("no stream of an origin changes its protocol");
  }

  @Override
  public void deliver() {
    leaveHttp();
  }

  private final class Handler extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      Reader to = reader;
      if (to == null) {
        ReferenceCountUtil.release(message);
      } else {
        to.message(message);
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      Reader to = reader;
      if (to != null) {
        to.readComplete();
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      Reader to = reader;
      if (to != null && ctx.channel().isWritable()) {
        to.writable();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      gone();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      gone();
      ctx.close();
    }
  }
}
