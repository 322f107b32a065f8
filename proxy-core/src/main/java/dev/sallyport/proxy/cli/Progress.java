package dev.sallyport.proxy.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// How far a command has come, on one line of a terminal's standard error that is gone when it is
/// done. Anywhere else nothing is shown. For one thread.
final class Progress {
  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final int BAR = 30;
  private static final double PERCENT = 100.0;
  private static final String ERASE = "\r\u001b[K";

  /// What standard error is, where the system says so; elsewhere no such file is there.
  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

  private final PrintWriter err;
  private final boolean shown;
  private long lastAt = System.nanoTime();
  private boolean visible;

  private Progress(PrintWriter err, boolean shown) {
    this.err = err;
    this.shown = shown;
  }

  /// The progress of a command in this process.
  static Progress of(Surroundings surroundings) {
    boolean dumb = surroundings.environment().getOrDefault("TERM", "dumb").equals("dumb");
    return new Progress(surroundings.err(), !dumb && isTerminal());
  }

  /// Says how far it is, a few times a second at most.
  void at(long done, long all) {
    if (!shown || System.nanoTime() - lastAt < STEP_NANOS) {
      return;
    }
    lastAt = System.nanoTime();
    visible = true;
    double share = all == 0 ? 1 : Math.min(1.0, (double) done / all);
    int full = (int) (share * BAR);
    err.print(
        ERASE
            + "reading  ["
            + "#".repeat(full)
            + " ".repeat(BAR - full)
            + String.format(Locale.ROOT, "] %3.0f %%", share * PERCENT));
    err.flush();
  }

  /// Takes the line away, before something else is printed.
  void clear() {
    if (visible) {
      err.print(ERASE);
      err.flush();
      visible = false;
    }
  }

  private static boolean isTerminal() {
    try {
      String target = Files.readSymbolicLink(STANDARD_ERROR).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException elsewhere) {
      return false;
    }
  }
}
