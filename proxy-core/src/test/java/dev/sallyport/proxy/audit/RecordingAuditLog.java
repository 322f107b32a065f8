package dev.sallyport.proxy.audit;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Keeps events for a test to look at, and holds each against the schema. Safe on any thread.
public final class RecordingAuditLog implements AuditLog {
  private final Chain chain = new Chain(ChainHead.NONE);
  private final List<AuditEvent> events = new ArrayList<>();
  private boolean failing;

  /// From now on nothing can be written.
  public synchronized void fail() {
    failing = true;
  }

  /// From now on events are taken again.
  public synchronized void recover() {
    failing = false;
  }

  /// What was written.
  public synchronized List<AuditEvent> events() {
    return List.copyOf(events);
  }

  @Override
  public void mark(Optional<String> glass) {
    chain.mark(glass);
  }

  @Override
  public synchronized Future<Void> write(AuditEvent event, EventExecutor loop) {
    if (failing) {
      return loop.newFailedFuture(new AuditUnavailableException("the test says so"));
    }
    chain.add(event);
    String line = StandardCharsets.UTF_8.decode(chain.lines()).toString();
    chain.accept();
    EventSchemaAssert.assertValid(line);
    events.add(event);
    return loop.newSucceededFuture(null);
  }

  @Override
  public synchronized boolean isAvailable() {
    return !failing;
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
