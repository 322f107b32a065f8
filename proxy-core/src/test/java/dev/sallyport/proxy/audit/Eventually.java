package dev.sallyport.proxy.audit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Waits for what another thread will do.
final class Eventually {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(2);

  private Eventually() {}

  /// A condition that may throw.
  interface Condition {
    boolean holds() throws Exception;
  }

  /// Returns as soon as the condition holds, and fails when it does not within half a minute.
  static void holds(Condition condition) throws Exception {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("still not so after " + LIMIT);
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }
}
