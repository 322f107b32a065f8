package dev.sallyport.proxy.audit;

import dev.sallyport.proxy.audit.EventSink.SetAside;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Makes the events that tell of what the chain cannot show: `gap`, with a cause, counts and
/// details.
final class Gap {
  /// Octets that were no whole event stood at the end of the file.
  static final String TORN_LINE = "torn-line";

  /// The last line of the file was changed after it was written; it is left as it is, for `verify`
  /// to point at.
  static final String CHANGED_LINE = "changed-line";

  /// Writing failed.
  static final String WRITE_FAILED = "write-failed";

  /// Events came faster than they could be written.
  static final String QUEUE_FULL = "queue-full";

  private static final String REFUSED = "sallyport.gap.refused";
  private static final String UNRECORDED = "sallyport.gap.unrecorded";
  private static final String LOST = "sallyport.gap.lost";
  private static final List<String> COUNTS = List.of(REFUSED, UNRECORDED, LOST);

  private Gap() {}

  static AuditEvent tornLine(Instant at, SetAside aside) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("sallyport.gap.octets", aside.octets());
    details.put("sallyport.gap.file", aside.file());
    return event(at, TORN_LINE, details);
  }

  static AuditEvent changedLine(Instant at, ChainHead last) {
    return event(at, CHANGED_LINE, Map.of("sallyport.gap.event", last.seq()));
  }

  /// @param outage the time in which it happened; empty when the queue was full while all went well
  static AuditEvent shortfall(Instant at, Shortfall.Counts counts, Optional<Outage> outage) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put(REFUSED, counts.refused());
    details.put(UNRECORDED, counts.unrecorded());
    details.put(LOST, counts.lost());
    outage.ifPresent(
        time -> details.put("sallyport.gap.since", new EventTime().text(time.since())));
    outage.ifPresent(time -> details.put("sallyport.gap.problem", time.problem()));
    return event(at, outage.isPresent() ? WRITE_FAILED : QUEUE_FULL, details);
  }

  /// How many events a recorded `gap` says are not in the file.
  static long unwritten(RecordedEvent gap) {
    long count = 0;
    for (String name : COUNTS) {
      count += gap.fields().get(name) instanceof Long number ? number : 0;
    }
    return count;
  }

  private static AuditEvent event(Instant at, String cause, Map<String, Object> more) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("sallyport.gap.cause", cause);
    details.putAll(more);
    return new AuditEvent.Administrative(at, AuditEvent.Kind.GAP, details);
  }
}
