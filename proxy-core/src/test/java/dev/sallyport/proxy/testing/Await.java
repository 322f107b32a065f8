package dev.sallyport.proxy.testing;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for a condition, for a bounded time.
public final class Await {
  /// How long anything may take in a test; long, because machines are shared.
  public static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final long PAUSE_NANOS = 2_000_000;
  private static final int STILL_LOOKS = 100;

  private Await() {}

  /// Returns when the condition holds.
  ///
  /// @throws AssertionError when it does not within [#PATIENCE]
  public static void until(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("waited in vain: " + what);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /// Holds when a count has not grown for many looks.
  public static BooleanSupplier isStill(AtomicLong count) {
    AtomicLong before = new AtomicLong(-1);
    AtomicInteger looks = new AtomicInteger();
    return () -> {
      if (before.getAndSet(count.get()) != count.get()) {
        looks.set(0);
      }
      return looks.incrementAndGet() > STILL_LOOKS;
    };
  }
}
