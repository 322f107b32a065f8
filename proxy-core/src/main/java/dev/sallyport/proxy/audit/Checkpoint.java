package dev.sallyport.proxy.audit;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// Makes `checkpoint` events: records that are signed, and with them all of the chain before.
final class Checkpoint {
  /// Events between two checkpoints, at most.
  static final int WITHIN = 1000;

  private static final String CAUSE = "sallyport.checkpoint.cause";
  private static final String PROMISED = "sallyport.checkpoint.within";

  private Checkpoint() {}

  /// Why one is due.
  enum Cause {
    /// The gate began to write.
    START,
    /// As many events as may stand without one.
    COUNT,
    /// Some event has waited for one long enough.
    TIME,
    /// The file before is full; this is the first event of the next.
    ROTATION,
    /// The gate ends.
    STOP;

    private String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static AuditEvent event(Instant at, Cause cause) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put(CAUSE, cause.code());
    details.put(PROMISED, (long) WITHIN);
    return new AuditEvent.Administrative(at, AuditEvent.Kind.CHECKPOINT, details);
  }

  static boolean is(RecordedEvent event) {
    return event.kind().equals(AuditEvent.Kind.CHECKPOINT.code());
  }

  /// The last number that the next checkpoint may have.
  static long next(RecordedEvent checkpoint) {
    return checkpoint.fields().get(PROMISED) instanceof Long within
        ? checkpoint.seq() + within + 1
        : Long.MAX_VALUE;
  }
}
