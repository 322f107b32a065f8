package dev.sallyport.proxy.accept;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a listener does when it cannot accept, because there is no descriptor left or no memory for
/// a socket: it waits, and tries again. A listener that went on at once would fail again at once,
/// for as long as a client waits. Says so once, and once when it works again; at most once a minute
/// where it comes and goes. On the listener's event loop.
public final class AcceptFailures extends ChannelInboundHandlerAdapter {
  /// Between two attempts.
  public static final Duration PAUSE = Duration.ofSeconds(1);

  /// Between two lines of the log.
  static final Duration SILENCE = Duration.ofMinutes(1);

  private static final Logger LOG = LoggerFactory.getLogger(AcceptFailures.class);

  private final LongSupplier nanoTime;
  private boolean told;
  private long toldAt;
  private int failures;

  /// One for each listener.
  public AcceptFailures() {
    this(System::nanoTime);
  }

  AcceptFailures(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /// How often accepting has failed.
  int failures() {
    return failures;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object accepted) {
    if (told && nanoTime.getAsLong() - toldAt >= SILENCE.toNanos()) {
      told = false;
      LOG.info("listener {} accepts connections again", ctx.channel().localAddress());
    }
    ctx.fireChannelRead(accepted);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    failures++;
    Channel listener = ctx.channel();
    if (!told) {
      LOG.error(
          "listener {} cannot accept connections and tries again every second: {}; raise the limit"
              + " of open files, or lower `limits.connections`",
          listener.localAddress(),
          Optional.ofNullable(cause.getMessage()).orElse(cause.toString()));
    }
    told = true;
    toldAt = nanoTime.getAsLong();
    listener.config().setAutoRead(false);
    listener
        .eventLoop()
        .schedule(() -> listener.config().setAutoRead(true), PAUSE.toNanos(), TimeUnit.NANOSECONDS);
  }
}
