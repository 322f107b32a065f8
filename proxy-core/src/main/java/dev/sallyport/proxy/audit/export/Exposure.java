package dev.sallyport.proxy.audit.export;

import dev.sallyport.proxy.audit.EventField;
import dev.sallyport.proxy.audit.RecordedEvent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Finds what a session could have given away: the tokens with which it came, the hosts that it
/// talked to and how much it sent, and what it was refused. Bounded; for one thread.
final class Exposure {
  /// Rows of each list; the rest is counted.
  static final int ROWS = 10_000;

  private static final String TOKEN = "token";

  private final Set<String> tokens = new TreeSet<>();
  private final Map<Place, Reached> reached = new LinkedHashMap<>();
  private final Map<Attempt, Long> refused = new TreeMap<>(Attempt.ORDER);
  private long left;

  /// A host, and for what it was allowed.
  record Place(String trafficClass, String host) {}

  /// Something that was refused.
  record Attempt(String destination, String reason) {
    static final Comparator<Attempt> ORDER =
        Comparator.comparing(Attempt::destination).thenComparing(Attempt::reason);
  }

  /// What went to a host.
  ///
  /// @param requests decisions that allowed it
  /// @param sent octets towards it
  record Reached(Place place, long requests, long sent, String first, String last) {
    private Reached and(long more, long octets, String at) {
      return new Reached(place, requests + more, sent + octets, first, at);
    }
  }

  void add(RecordedEvent event) {
    String at = event.text(EventField.TIME).orElse("");
    if (event.text(EventField.IDENTITY_METHOD).orElse("").equals(TOKEN) && tokens.size() < ROWS) {
      event.text(EventField.USER_NAME).ifPresent(tokens::add);
    }
    boolean allowed = event.text(EventField.DECISION).orElse("").equals("allow");
    switch (event.kind()) {
      case "decision" -> {
        if (allowed) {
          reached(event, 1, 0, at);
        } else {
          refused(event);
        }
      }
      case "close" -> reached(event, 0, event.number(EventField.BYTES_SENT).orElse(0), at);
      default -> {
        // The gate's own events carry no credential of a client.
      }
    }
  }

  private void reached(RecordedEvent event, long requests, long sent, String at) {
    Place place =
        new Place(
            event.text(EventField.CLASS).orElse("-"),
            event.text(EventField.SERVER_ADDRESS).orElse("-"));
    Reached before = reached.get(place);
    if (before == null && reached.size() >= ROWS) {
      left++;
      return;
    }
    Reached base = before == null ? new Reached(place, 0, 0, at, at) : before;
    reached.put(place, base.and(requests, sent, at));
  }

  private void refused(RecordedEvent event) {
    String port =
        event.number(EventField.SERVER_PORT).isPresent()
            ? ":" + event.number(EventField.SERVER_PORT).getAsLong()
            : "";
    Attempt attempt =
        new Attempt(
            event.text(EventField.SERVER_ADDRESS).orElse("-") + port,
            event.text(EventField.REASON).orElse("-"));
    if (refused.size() < ROWS || refused.containsKey(attempt)) {
      refused.merge(attempt, 1L, Long::sum);
    } else {
      left++;
    }
  }

  /// Names of tokens of this gate.
  Set<String> tokens() {
    return tokens;
  }

  /// Hosts that were reached: by how sensitive the class is, then by what went up.
  List<Reached> reached() {
    List<Reached> all = new ArrayList<>(reached.values());
    all.sort(
        Comparator.<Reached>comparingInt(one -> Advice.of(one.place.trafficClass).ordinal())
            .thenComparingLong(one -> -one.sent)
            .thenComparing(one -> one.place.host));
    return all;
  }

  /// What was refused, and how often.
  Map<Attempt, Long> refused() {
    return refused;
  }

  /// Events whose host found no row any more.
  long left() {
    return left;
  }
}
