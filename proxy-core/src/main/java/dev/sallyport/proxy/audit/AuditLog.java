package dev.sallyport.proxy.audit;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.Optional;

/// Where events go. Safe on any thread; never blocks the caller.
public interface AuditLog extends AutoCloseable {
  /// Hands over an event. The future completes on `loop`: successfully when the write returned,
  /// with [AuditUnavailableException] when the event could not be written, so that nothing may
  /// leave on its account.
  Future<Void> write(AuditEvent event, EventExecutor loop);

  /// Whether the sink takes events now; new work is refused with `audit-unavailable` while it does
  /// not.
  boolean isAvailable();

  /// From now on every event carries the id of an emergency (`break-glass`), or none.
  void mark(Optional<String> glass);

  /// Writes what was handed over and closes the file; bounded in time.
  @Override
  void close();
}
