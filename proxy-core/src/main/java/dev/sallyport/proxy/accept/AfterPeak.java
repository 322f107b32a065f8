package dev.sallyport.proxy.accept;

import java.time.Duration;
import java.util.function.IntSupplier;

/// Gives memory back when many connections have ended. The serial collector makes its heap smaller
/// only at a full collection, and a gate that has become quiet has no reason for one: what a peak
/// took would stay with the process for good. So a full collection is asked for once behind each
/// peak. Its pause grows with what is alive, and that is little when most has ended. Looks on a
/// thread of its own; no event loop waits for anything but the collection.
public final class AfterPeak implements AutoCloseable {
  /// Between two looks, and so between two collections at least, whatever clients do.
  static final Duration LOOK = Duration.ofSeconds(3);

  /// Fewer connections than this are no peak: what they took is not worth a collection.
  static final int PEAK = 1_000;

  /// A peak is over when less than this part of it is open.
  static final int PART = 10;

  private final IntSupplier open;
  private final Runnable collect;
  private final Duration every;
  private final Thread thread;

  AfterPeak(IntSupplier open, Runnable collect, Duration every) {
    this.open = open;
    this.collect = collect;
    this.every = every;
    this.thread = Thread.ofVirtual().name("sallyport-after-peak").unstarted(this::run);
  }

  /// Begins to look.
  ///
  /// @param open how many connections are open now; asked on another thread, must not block
  public static AfterPeak watch(IntSupplier open) {
    AfterPeak watch = new AfterPeak(open, System::gc, LOOK);
    watch.start();
    return watch;
  }

  void start() {
    thread.start();
  }

  /// What was seen so far.
  ///
  /// @param peak the most connections that were open at a look since the last peak was over
  /// @param over whether that peak is over now
  record Tide(int peak, boolean over) {
    static final Tide NONE = new Tide(0, false);

    /// What a further look makes of it. Pure.
    Tide seen(int open) {
      int highest = Math.max(open, over ? 0 : peak);
      return new Tide(highest, highest >= PEAK && open < highest / PART);
    }
  }

  private void run() {
    Tide tide = Tide.NONE;
    try {
      while (true) {
        Thread.sleep(every);
        tide = tide.seen(open.getAsInt());
        if (tide.over()) {
          collect.run();
        }
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  /// Ends the looks; waits for nothing. Further calls do nothing.
  @Override
  public void close() {
    thread.interrupt();
  }
}
