package dev.sallyport.proxy.audit;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The signed record of a file that was removed because its time was over: a chain may begin behind
/// its last event.
final class Retired {
  private static final String FILE = "sallyport.retired.file";
  private static final String FROM = "sallyport.retired.from";
  private static final String TO = "sallyport.retired.to";
  private static final String LAST_HASH = "sallyport.retired.hash";
  private static final String SINCE = "sallyport.retired.since";
  private static final String UNTIL = "sallyport.retired.until";
  private static final String OCTETS = "sallyport.retired.octets";

  private Retired() {}

  /// A file whose time is over.
  ///
  /// @param name its last name
  /// @param from the number of its first event
  /// @param last its last event
  /// @param since the time of its first event
  /// @param until the time of the first event behind it
  /// @param octets its size
  record Stretch(
      String name, long from, ChainHead last, Instant since, Instant until, long octets) {}

  static AuditEvent event(Instant at, Stretch file) {
    EventTime time = new EventTime();
    Map<String, Object> details = new LinkedHashMap<>();
    details.put(FILE, file.name());
    details.put(FROM, file.from());
    details.put(TO, file.last().seq());
    details.put(LAST_HASH, file.last().hash());
    details.put(SINCE, time.text(file.since()));
    details.put(UNTIL, time.text(file.until()));
    details.put(OCTETS, file.octets());
    return new AuditEvent.Administrative(at, AuditEvent.Kind.RETIRED, details);
  }

  static boolean is(RecordedEvent event) {
    return event.kind().equals(AuditEvent.Kind.RETIRED.code());
  }

  /// The last event that a record says was removed.
  static Optional<ChainHead> upTo(RecordedEvent event) {
    return event.fields().get(TO) instanceof Long seq
        ? event.text(LAST_HASH).map(hash -> new ChainHead(seq, hash))
        : Optional.empty();
  }
}
