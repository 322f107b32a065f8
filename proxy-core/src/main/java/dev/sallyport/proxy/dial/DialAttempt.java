package dev.sallyport.proxy.dial;

import dev.sallyport.rules.Permit;
import dev.sallyport.rules.Reason;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// One dial under way: where its outcome goes, once. Whatever was opened or scheduled for it ends
/// with it. On its event loop only.
final class DialAttempt {
  private final Permit permit;
  private final EventLoop loop;
  private final Promise<DialOutcome> outcome;

  /// @param bound after which it fails with `origin-timeout`
  DialAttempt(Permit permit, EventLoop loop, Promise<DialOutcome> outcome, Duration bound) {
    this.permit = permit;
    this.loop = loop;
    this.outcome = outcome;
    after(bound, () -> failed(Reason.ORIGIN_TIMEOUT));
  }

  Permit permit() {
    return permit;
  }

  EventLoop loop() {
    return loop;
  }

  boolean isOver() {
    return outcome.isDone();
  }

  /// Closes the channel unless it becomes the outcome.
  void adopt(Channel channel) {
    outcome.addListener(
        done -> {
          if (!isOutcome(channel)) {
            channel.close();
          }
        });
  }

  /// Runs something later, unless the dial is over by then.
  ScheduledFuture<?> after(Duration delay, Runnable task) {
    ScheduledFuture<?> scheduled =
        loop.schedule(
            () -> {
              if (!isOver()) {
                task.run();
              }
            },
            delay.toNanos(),
            TimeUnit.NANOSECONDS);
    outcome.addListener(done -> scheduled.cancel(false));
    return scheduled;
  }

  void connected(Channel channel, InetSocketAddress peer, Route route) {
    outcome.trySuccess(new DialOutcome.Connected(channel, peer, route));
  }

  void failed(Reason reason) {
    failed(new DialOutcome.Failed(reason));
  }

  void failed(DialOutcome.Failed failure) {
    outcome.trySuccess(failure);
  }

  private boolean isOutcome(Channel channel) {
    return outcome.getNow() instanceof DialOutcome.Connected connected
        && connected.channel().equals(channel);
  }
}
