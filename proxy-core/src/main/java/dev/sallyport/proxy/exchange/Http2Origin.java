package dev.sallyport.proxy.exchange;

import dev.sallyport.proxy.http2.Http2Bounds;
import dev.sallyport.proxy.http2.Http2Codecs;
import dev.sallyport.proxy.http2.Http2Guard;
import dev.sallyport.proxy.limit.OctetBudget;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Optional;

/// A connection to an origin that speaks HTTP/2. It carries several requests at a time, each on a
/// stream of its own, within what the origin allows and [Http2Bounds#ORIGIN_STREAMS]; when it
/// fails, they fail, and nobody else. On its event loop.
public final class Http2Origin {
  private final Channel connection;
  private final Http2FrameCodec codec;
  private int lent;
  private int carried;
  private long unusedSince = System.nanoTime();
  private boolean settled;
  private boolean retired;

  private Http2Origin(Channel connection, int maxHead) {
    this.connection = connection;
    this.codec = Http2Codecs.towardsOrigin(maxHead);
  }

  /// Takes over a fresh connection.
  ///
  /// @param connection within TLS, on which nothing was sent
  /// @param maxHead octets of an answer's head
  /// @param idle how long it may be without a request
  /// @param share what may wait unread
  public static Http2Origin open(
      Channel connection, int maxHead, Duration idle, OctetBudget.Share share) {
    Http2Origin origin = new Http2Origin(connection, maxHead);
    ChannelPipeline pipeline = connection.pipeline();
    pipeline.addLast("framing", origin.codec);
    pipeline.addLast("streams", new Http2MultiplexHandler(new RefusePush()));
    pipeline.addLast("settings", origin.new Settled());
    pipeline.addLast("guard", new Http2Guard(origin.codec, idle, share));
    connection.config().setAutoRead(true);
    return origin;
  }

  /// Whether a further request can be sent. Before the origin has said how many streams it takes,
  /// only a first one can.
  public boolean hasRoom() {
    Http2Connection.Endpoint<?> own = codec.connection().local();
    int most = settled ? Math.min(own.maxActiveStreams(), Http2Bounds.ORIGIN_STREAMS) : 1;
    return isOpen() && lent < most;
  }

  /// Whether it may carry further requests, now or later.
  public boolean isOpen() {
    return connection.isActive() && !retired && !codec.connection().goAwayReceived();
  }

  /// A stream for one request; empty when none can be opened.
  public Optional<OriginLink> lend() {
    Http2Link link = new Http2Link(this);
    Future<Http2StreamChannel> opening =
        new Http2StreamChannelBootstrap(connection)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel fresh) {
                    link.install(fresh);
                  }
                })
            .open();
    if (!opening.isSuccess()) {
      // On the connection's own event loop it is done at once, or has failed.
      connection.close();
      return Optional.empty();
    }
    lent++;
    carried++;
    return Optional.of(link);
  }

  /// A request is over.
  void giveBack() {
    lent--;
    unusedSince = System.nanoTime();
    if (lent == 0 && !isOpen()) {
      connection.close();
    }
  }

  /// How long it has carried no request, in nanoseconds; 0 while it carries any.
  public long unusedNanos() {
    return lent == 0 ? System.nanoTime() - unusedSince : 0;
  }

  /// How many requests it has carried, the ones in flight among them.
  int carried() {
    return carried;
  }

  Channel connection() {
    return connection;
  }

  /// Takes no further request, and closes when it carries none any more.
  public void retire() {
    retired = true;
    if (lent == 0) {
      connection.close();
    }
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

  private final class Settled extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      settled |= message instanceof Http2SettingsFrame;
      ctx.fireChannelRead(message);
    }
  }
}
