package dev.sallyport.proxy.accept;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Bounds the time in which a request head must come: from its first octet, and between requests by
/// the idle time. Fires [Expired] through the pipeline. On the channel's event loop.
public final class HeadTimer extends ChannelInboundHandlerAdapter {
  private final Duration head;
  private final Duration idle;
  private @Nullable Future<?> alarm;
  private boolean awaitsOctets;

  /// @param head from a head's first octet to its end
  /// @param idle before a head's first octet
  public HeadTimer(Duration head, Duration idle) {
    this.head = head;
    this.idle = idle;
  }

  /// The time is over.
  public record Expired() {}

  /// The first octets of a head have come, and are handed on next.
  public record Begun() {}

  /// A request has begun: nothing is timed until [#rest].
  public void stop() {
    awaitsOctets = false;
    if (alarm != null) {
      alarm.cancel(false);
      alarm = null;
    }
  }

  /// Octets of the next request are here already.
  public void begin(Channel channel) {
    stop();
    start(channel, head);
  }

  /// The connection waits for its next request.
  public void rest(Channel channel) {
    stop();
    awaitsOctets = true;
    start(channel, idle);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    rest(ctx.channel());
    ctx.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (awaitsOctets) {
      begin(ctx.channel());
      ctx.pipeline().fireUserEventTriggered(new Begun());
    }
    ctx.fireChannelRead(message);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    stop();
  }

  private void start(Channel channel, Duration bound) {
    alarm =
        channel
            .eventLoop()
            .schedule(
                () -> channel.pipeline().fireUserEventTriggered(new Expired()),
                bound.toNanos(),
                TimeUnit.NANOSECONDS);
  }
}
