package dev.sallyport.proxy.run;

import dev.sallyport.proxy.reload.Signals;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A child that runs. What the system tells us it is told too.
///
/// Ctrl-C reaches every process of the terminal's group, the child among them, and the child says
/// what it means: an agent may only drop what it was doing. So SIGINT is ignored here, and SIGTERM
/// and SIGHUP, which can be meant for us alone, become a SIGTERM for the child. We end when the
/// child has ended.
public final class ChildProcess {
  private final Process process;

  private ChildProcess(Process process) {
    this.process = process;
  }

  static ChildProcess start(ProcessBuilder builder) throws IOException {
    Stop stop = new Stop();
    // Before the start, so that no signal finds us without a child and ends us with one.
    Signals.onInterrupt(() -> {});
    Signals.onTerminate(stop::now);
    Signals.onHangUp(stop::now);
    Process process = builder.start();
    stop.reaches(process);
    return new ChildProcess(process);
  }

  /// The process itself.
  Process process() {
    return process;
  }

  /// Waits for its end. An interrupt of the waiting thread ends the child.
  ///
  /// @return its exit code, or 128 and the number of the signal that killed it
  public int await() {
    boolean interrupted = false;
    while (true) {
      try {
        int exitCode = process.waitFor();
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
        return exitCode;
      } catch (InterruptedException stopped) {
        interrupted = true;
        process.destroy();
      }
    }
  }

  /// A wish to stop that may come before there is a process. On any thread.
  private static final class Stop {
    private final AtomicReference<@Nullable Process> process = new AtomicReference<>();
    private volatile boolean wanted;

    void now() {
      wanted = true;
      Process running = process.get();
      if (running != null) {
        running.destroy();
      }
    }

    void reaches(Process running) {
      process.set(running);
      if (wanted) {
        running.destroy();
      }
    }
  }
}
