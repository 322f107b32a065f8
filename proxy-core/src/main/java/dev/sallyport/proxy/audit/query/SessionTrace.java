package dev.sallyport.proxy.audit.query;

import dev.sallyport.proxy.audit.EventField;
import dev.sallyport.proxy.audit.InSession;
import dev.sallyport.proxy.audit.RecordedEvent;
import dev.sallyport.proxy.audit.RecordedLine;
import dev.sallyport.proxy.audit.Span;
import dev.sallyport.proxy.audit.Trail;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;

/// Where a session of a client's is in a record: the connections on which it was named, and the
/// stretches of the gate's own sessions around the requests that named it, in which nobody named
/// another. So what came before the first name is found, which no event of that time could say.
///
/// Made by reading the record once; then asked. Bounded: of more than [#LIMIT] connections or
/// sessions the oldest are forgotten. For one thread.
public final class SessionTrace {
  /// Connections, and sessions of the gate's own, that are remembered.
  static final int LIMIT = 100_000;

  private final String id;
  private final SequencedSet<String> connections = new LinkedHashSet<>();
  private final SequencedMap<String, Stretch> stretches = new LinkedHashMap<>();

  /// Numbers of events in the chain of one session of the gate's own.
  private static final class Stretch {
    private boolean named;
    private long behind;
    private long before = Long.MAX_VALUE;

    void take(long seq, boolean ours) {
      if (ours) {
        named = true;
        before = Long.MAX_VALUE;
      } else if (!named) {
        behind = seq;
      } else if (before == Long.MAX_VALUE) {
        before = seq;
      }
    }

    boolean holds(long seq) {
      return named && seq > behind && seq < before;
    }
  }

  private SessionTrace(String id) {
    this.id = id;
  }

  /// Reads a log, or every log of a folder, for a session.
  ///
  /// @throws IOException when it cannot be read
  public static SessionTrace of(String id, Path log) throws IOException {
    SessionTrace trace = new SessionTrace(id);
    try (Trail trail = Trail.open(log, Span.ALWAYS)) {
      for (Optional<RecordedLine> next = trail.next(); next.isPresent(); next = trail.next()) {
        if (next.get() instanceof RecordedLine.Event(Path from, long line, RecordedEvent event)) {
          trace.add(event);
        }
      }
    }
    return trace;
  }

  /// Takes the next event of the record.
  void add(RecordedEvent event) {
    Optional<String> told = told(event);
    if (told.isEmpty()) {
      return;
    }
    boolean ours = told.get().equals(id);
    if (ours) {
      event.text(EventField.CONNECTION_ID).ifPresent(connections::add);
      if (connections.size() > LIMIT) {
        connections.removeFirst();
      }
    }
    event
        .text(EventField.OWN_SESSION)
        .ifPresent(
            own -> stretches.computeIfAbsent(own, fresh -> new Stretch()).take(event.seq(), ours));
    if (stretches.size() > LIMIT) {
      stretches.pollFirstEntry();
    }
  }

  /// Whether an event is of the session: it says so, or nothing that it says is against it and its
  /// connection or its place does.
  boolean holds(RecordedEvent event) {
    Optional<String> told = told(event);
    if (told.isPresent()) {
      return told.get().equals(id);
    }
    return event.text(EventField.SESSION).equals(Optional.of(id))
        || event.text(EventField.CONNECTION_ID).filter(connections::contains).isPresent()
        || event
            .text(EventField.OWN_SESSION)
            .map(stretches::get)
            .filter(stretch -> stretch.holds(event.seq()))
            .isPresent();
  }

  /// What its own request, or its connection, named. What it was joined with by its place in the
  /// gate's session is less than that.
  private static Optional<String> told(RecordedEvent event) {
    boolean byPlace =
        event.text(EventField.JOINED).equals(Optional.of(InSession.Joined.SESSION.code()));
    return byPlace ? Optional.empty() : event.text(EventField.SESSION);
  }
}
