package dev.sallyport.proxy;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Waits, on a thread of its own, until time has changed something, and has it taken up.
final class ChangeClock implements AutoCloseable {
  private static final Duration STOP_TIME = Duration.ofSeconds(2);
  private static final Logger LOG = LoggerFactory.getLogger(Changes.class);

  private final Supplier<Duration> wait;
  private final Runnable passed;
  private final Semaphore nudges = new Semaphore(0);
  private final Thread thread;
  private volatile boolean closed;

  /// @param wait until the next change, bounded; asked before each wait
  /// @param passed takes up what has changed; fails in no way that ends the watch
  ChangeClock(Supplier<Duration> wait, Runnable passed) {
    this.wait = wait;
    this.passed = passed;
    this.thread = Thread.ofVirtual().name("sallyport-changes").unstarted(this::watch);
  }

  void start() {
    thread.start();
  }

  /// The time of the next change may be another now.
  void nudge() {
    nudges.release();
  }

  private void watch() {
    try {
      while (!closed) {
        if (nudges.tryAcquire(wait.get().toMillis() + 1, TimeUnit.MILLISECONDS)) {
          nudges.drainPermits();
        } else if (!closed) {
          passed.run();
        }
      }
    } catch (InterruptedException nobodyDoesThat) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed = true;
    nudge();
    try {
      if (thread.isAlive() && !thread.join(STOP_TIME)) {
        LOG.warn("what a change caused is still going on");
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }
}
