package dev.sallyport.proxy.audit;

import java.util.concurrent.atomic.AtomicLong;

/// Counts what did not get into the file until a `gap` event says so. Counting is safe on any
/// thread; the rest is the writer thread's.
final class Shortfall {
  /// What happened to an event that was not written.
  enum Kind {
    /// A decision that was not written, so that nothing left.
    REFUSED,
    /// A decision that was not written, and the traffic went on: `on-failure: continue`.
    UNRECORDED,
    /// Another event that found no room.
    LOST
  }

  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong unrecorded = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();

  /// Counts one event.
  void count(Kind kind) {
    switch (kind) {
      case REFUSED -> refused.incrementAndGet();
      case UNRECORDED -> unrecorded.incrementAndGet();
      case LOST -> lost.incrementAndGet();
    }
  }

  /// What was counted since the last settlement.
  Counts counts() {
    return new Counts(refused.get(), unrecorded.get(), lost.get());
  }

  /// These counts are on record.
  void settle(Counts recorded) {
    refused.addAndGet(-recorded.refused);
    unrecorded.addAndGet(-recorded.unrecorded);
    lost.addAndGet(-recorded.lost);
  }

  /// Events that were not written, by what happened to them.
  record Counts(long refused, long unrecorded, long lost) {
    boolean isNothing() {
      return refused + unrecorded + lost == 0;
    }
  }
}
