package dev.sallyport.proxy.audit;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;

/// An event on its way to the file, and who waits for it.
///
/// @param octets roughly what it holds in memory
record Pending(AuditEvent event, EventExecutor loop, Promise<Void> promise, int octets) {
  /// What an event takes besides the texts that a client can make long.
  private static final int FIXED_OCTETS = 1024;

  static Pending of(AuditEvent event, EventExecutor loop) {
    return new Pending(event, loop, loop.newPromise(), FIXED_OCTETS + texts(event));
  }

  /// Whether something may leave on its account; such an event is refused rather than kept when it
  /// cannot be written.
  boolean isDecision() {
    return switch (event) {
      case AuditEvent.Decided decided -> true;
      case AuditEvent.Closed closed -> false;
      case AuditEvent.Administrative administrative -> false;
    };
  }

  private static int texts(AuditEvent event) {
    return switch (event) {
      case AuditEvent.Decided decided -> texts(decided.subject());
      case AuditEvent.Closed closed -> texts(closed.subject());
      case AuditEvent.Administrative administrative -> 0;
    };
  }

  private static int texts(Subject subject) {
    return subject
        .facts()
        .map(facts -> facts.path().length() + facts.userAgent().map(String::length).orElse(0))
        .orElse(0);
  }
}
