package dev.sallyport.proxy.audit;

import java.time.Clock;
import java.util.concurrent.TimeUnit;

/// Puts checkpoints between the events of a chain: when a gate begins to write, behind as many
/// events as may stand without one, when the newest have waited long enough, in front of the first
/// event of a new file, and at the end. The writer thread's own.
final class Checkpoints {
  /// An event waits no longer for a checkpoint behind it.
  static final long WAIT_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Chain chain;
  private final Clock clock;
  private boolean begun;
  private long signedAt = System.nanoTime();

  Checkpoints(Chain chain, Clock clock) {
    this.chain = chain;
    this.clock = clock;
  }

  /// Lines up an event, and a checkpoint when one is due then.
  void add(AuditEvent event) {
    chain.add(event);
    if (chain.signs() && chain.unsigned() >= Checkpoint.WITHIN) {
      checkpoint(Checkpoint.Cause.COUNT);
    }
  }

  /// Before the first events of a gate that goes on with a chain: what the gate before may have
  /// left unsigned is signed by this one.
  ///
  /// @return whether a checkpoint was lined up
  boolean resume() {
    boolean due = chain.signs() && !begun && chain.firstSeq() > 1;
    if (due) {
      checkpoint(Checkpoint.Cause.START);
    }
    return due;
  }

  /// In front of events that begin a new file.
  void rotate() {
    checkpoint(Checkpoint.Cause.ROTATION);
  }

  /// Behind all events that are there.
  void rest(Rest rest) {
    if (!chain.signs() || chain.unsigned() == 0) {
      return;
    }
    if (rest == Rest.LAST) {
      checkpoint(Checkpoint.Cause.STOP);
    } else if (!begun) {
      checkpoint(Checkpoint.Cause.START);
    } else if (System.nanoTime() - signedAt >= WAIT_NANOS) {
      checkpoint(Checkpoint.Cause.TIME);
    }
  }

  /// Whether more events are to be expected.
  enum Rest {
    MORE,
    LAST
  }

  /// What was lined up is in the file.
  void accepted() {
    if (chain.unsigned() == 0) {
      begun = true;
      signedAt = System.nanoTime();
    }
  }

  /// Nanoseconds until one is due without any further event.
  long patience() {
    return chain.signs() && chain.unsigned() > 0
        ? Math.max(0, signedAt + WAIT_NANOS - System.nanoTime())
        : Long.MAX_VALUE;
  }

  private void checkpoint(Checkpoint.Cause cause) {
    chain.add(Checkpoint.event(clock.instant(), cause));
  }
}
