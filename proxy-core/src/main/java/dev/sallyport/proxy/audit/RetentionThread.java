package dev.sallyport.proxy.audit;

import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks now and then whether files are due to be removed, on a thread of its own.
final class RetentionThread implements AutoCloseable {
  /// How often it looks at least, and at most.
  static final Duration MOST = Duration.ofHours(1);

  static final Duration LEAST = Duration.ofSeconds(1);

  /// Looks within the time that a file is kept.
  private static final int LOOKS = 10;

  /// How long closing waits for a look that is under way.
  private static final Duration CLOSE_TIME = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(RetentionThread.class);

  private final Thread thread;

  private RetentionThread(Thread thread) {
    this.thread = thread;
  }

  static RetentionThread start(Retention retention, Duration keepFor) {
    Duration every = every(keepFor);
    return new RetentionThread(
        Thread.ofVirtual().name("audit-retention").start(() -> look(retention, every)));
  }

  /// The time between two looks.
  static Duration every(Duration keepFor) {
    Duration part = keepFor.dividedBy(LOOKS);
    if (part.compareTo(MOST) > 0) {
      return MOST;
    }
    return part.compareTo(LEAST) < 0 ? LEAST : part;
  }

  private static void look(Retention retention, Duration every) {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Thread.sleep(every);
        try {
          int _ = retention.run();
        } catch (IOException failed) {
          LOG.warn("old audit files cannot be removed: {}", IoProblem.text(failed));
        }
      }
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      boolean _ = thread.join(CLOSE_TIME);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
