package dev.sallyport.proxy.audit;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/// Tells those who wait, each on its own event loop, with one task for each loop however many
/// events a write held.
final class Completions {
  private Completions() {}

  /// The events are in the file.
  static void succeed(Collection<Pending> written) {
    each(written, promise -> promise.trySuccess(null));
  }

  /// The events are not in the file.
  static void fail(Collection<Pending> unwritten, AuditUnavailableException reason) {
    each(unwritten, promise -> promise.tryFailure(reason));
  }

  private static void each(Collection<Pending> pending, Consumer<Promise<Void>> tell) {
    IdentityHashMap<EventExecutor, List<Promise<Void>>> byLoop = new IdentityHashMap<>();
    for (Pending one : pending) {
      byLoop.computeIfAbsent(one.loop(), loop -> new ArrayList<>()).add(one.promise());
    }
    byLoop.forEach((loop, promises) -> on(loop, () -> promises.forEach(tell)));
  }

  private static void on(EventExecutor loop, Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException ended) {
      // The loop has ended, and with it everybody who listened on it; what waits is told here.
      task.run();
    }
  }
}
