package dev.sallyport.proxy.exchange;

import dev.sallyport.proxy.http2.Http2Codecs;
import dev.sallyport.proxy.http2.Http2Guard;
import dev.sallyport.proxy.http2.StreamAnswers;
import dev.sallyport.proxy.limit.OctetBudget;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A connection to an origin that speaks HTTP/2, lent to one request at a time like any other: each
/// has a stream of its own, and no two clients are ever on one connection.
public final class Http2Link implements OriginLink {
  private final Channel connection;
  private final Http2FrameCodec codec;
  private final Meter meter = new Meter();
  private @Nullable Channel stream;
  private @Nullable Reader reader;
  private int requests;

  private Http2Link(Channel connection, int maxHead) {
    this.connection = connection;
    this.codec = Http2Codecs.towardsOrigin(maxHead);
  }

  /// Makes a link of a fresh connection.
  ///
  /// @param connection within TLS, on which nothing was sent
  /// @param maxHead octets of an answer's head
  /// @param idle how long it may be without a request
  /// @param share what may wait unread
  /// @return completes on the event loop when a first request can be sent; fails when the
  ///   connection is gone
  public static Future<OriginLink> open(
      Channel connection, int maxHead, Duration idle, OctetBudget.Share share) {
    Http2Link link = new Http2Link(connection, maxHead);
    ChannelPipeline pipeline = connection.pipeline();
    pipeline.addLast("meter", link.meter);
    pipeline.addLast("framing", link.codec);
    pipeline.addLast("streams", new Http2MultiplexHandler(new RefusePush()));
    pipeline.addLast("guard", new Http2Guard(link.codec, idle, share));
    connection.config().setAutoRead(true);
    Promise<OriginLink> ready = connection.eventLoop().newPromise();
    link.openStream(ready);
    return ready;
  }

  private void openStream(Promise<OriginLink> ready) {
    Future<Http2StreamChannel> opening =
        new Http2StreamChannelBootstrap(connection)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel fresh) {
                    fresh.pipeline().addLast("decode", new StreamAnswers());
                    fresh.pipeline().addLast("link", new Handler());
                  }
                })
            .open();
    opening.addListener(
        opened -> {
          if (opening.isSuccess()) {
            stream = opening.getNow();
            ready.trySuccess(this);
          } else {
            ready.tryFailure(opening.cause());
          }
        });
  }

  @Override
  public Channel channel() {
    Channel current = stream;
    return current == null ? connection : current;
  }

  @Override
  public boolean isOpen() {
    return connection.isActive()
        && reader == null
        && stream != null
        && !codec.connection().goAwayReceived();
  }

  @Override
  public boolean isThroughParent() {
    return false;
  }

  @Override
  public boolean isReused() {
    return requests > 1;
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
    requests++;
    write(request.forStreams());
    if (!channel().isActive()) {
      connection.eventLoop().execute(this::gone);
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
    stream = null;
    if (connection.isActive() && !codec.connection().goAwayReceived()) {
      openStream(connection.eventLoop().newPromise());
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

  @Override
  public void close() {
    connection.close();
  }

  /// Origins are told that nothing may be pushed; what is pushed all the same is closed.
  private static final class RefusePush extends ChannelInboundHandlerAdapter {
    @Override
    public boolean isSharable() {
      return true;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      ctx.close();
    }
  }

  private final class Handler extends ChannelInboundHandlerAdapter {
    private boolean isCurrent(ChannelHandlerContext ctx) {
      return reader != null && ctx.channel().equals(stream);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      Reader to = reader;
      if (to != null && isCurrent(ctx)) {
        to.message(message);
      } else {
        io.netty.util.ReferenceCountUtil.release(message);
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      Reader to = reader;
      if (to != null && isCurrent(ctx)) {
        to.readComplete();
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      Reader to = reader;
      if (to != null && isCurrent(ctx) && ctx.channel().isWritable()) {
        to.writable();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (isCurrent(ctx)) {
        gone();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (isCurrent(ctx)) {
        gone();
      }
      ctx.close();
    }
  }
}
