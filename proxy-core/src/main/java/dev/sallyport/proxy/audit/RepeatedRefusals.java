package dev.sallyport.proxy.audit;

import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Reason;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Refusals of one client that came faster than its allowance: counted, and told by one `repeated`
/// event. Guarded by whoever holds it.
final class RepeatedRefusals {
  /// Different destinations that the event names; the first ones.
  static final int MAX_DESTINATIONS = 8;

  /// What the names of the event's own fields begin with.
  static final String PREFIX = "sallyport.repeated.";

  private final Subject sample;
  private final Instant first;
  private final boolean shared;
  private final Map<Reason, Long> reasons = new EnumMap<>(Reason.class);
  private final Set<String> destinations = new LinkedHashSet<>();
  private final Map<EventExecutor, List<Promise<Void>>> waiting = new HashMap<>();
  private Instant last;

  /// @param sample one of the refusals
  RepeatedRefusals(CountedClient client, Subject sample, Instant first) {
    this.sample = sample;
    this.first = first;
    this.last = first;
    this.shared = client instanceof CountedClient.Others;
  }

  /// Counts one. The future completes on `loop` once the event is handed over: with it the answer
  /// is held back, which slows the client down.
  Future<Void> count(Subject subject, Decision decision, Instant at, EventExecutor loop) {
    reasons.merge(decision.reason(), 1L, Long::sum);
    if (destinations.size() < MAX_DESTINATIONS) {
      subject.destination().map(Destination::authority).ifPresent(destinations::add);
    }
    last = at;
    Promise<Void> turn = loop.newPromise();
    waiting.computeIfAbsent(loop, _ -> new ArrayList<>()).add(turn);
    return turn;
  }

  /// Lets those who wait go on, one after another and evenly. All of them at once would ask again
  /// at once, and whoever else comes in that moment would wait behind them.
  ///
  /// @param over from the first to the last; zero for all of them now
  void release(Duration over) {
    waiting.forEach(
        (loop, turns) -> {
          long step = over.toNanos() / turns.size();
          for (int i = 0; i < turns.size(); i++) {
            Promise<Void> turn = turns.get(i);
            if (i * step == 0) {
              turn.trySuccess(null);
            } else {
              loop.schedule(() -> turn.trySuccess(null), i * step, TimeUnit.NANOSECONDS);
            }
          }
        });
  }

  /// What the event says: whose refusals, how many and why, from when to when, and one connection
  /// out of many.
  Map<String, Object> details() {
    Map<String, Object> details = new LinkedHashMap<>();
    if (!shared) {
      details.put(
          EventField.CLIENT_ADDRESS.text(), EventJson.address(sample.connection().client()));
      sample
          .client()
          .flatMap(client -> client.userName())
          .ifPresent(name -> details.put(EventField.USER_NAME.text(), name));
    }
    details.put(PREFIX + "count", count());
    details.put(PREFIX + "reasons", words());
    details.put(PREFIX + "first", new EventTime().text(first));
    details.put(PREFIX + "last", new EventTime().text(last));
    details.put(PREFIX + "connection", sample.connection().connectionId());
    details.put(PREFIX + "destinations", List.copyOf(destinations));
    return details;
  }

  private long count() {
    return reasons.values().stream().mapToLong(Long::longValue).sum();
  }

  /// `not-listed 120`, the most frequent first.
  private List<String> words() {
    return reasons.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .map(entry -> entry.getKey().code() + " " + entry.getValue())
        .toList();
  }

  /// How many refusals a recorded `repeated` event stands for, by their reasons.
  static Map<String, Long> counts(RecordedEvent repeated) {
    Map<String, Long> counts = new LinkedHashMap<>();
    if (repeated.fields().get(PREFIX + "reasons") instanceof List<?> words) {
      for (Object word : words) {
        String text = String.valueOf(word);
        int space = text.indexOf(' ');
        if (space > 0) {
          counts.merge(text.substring(0, space), number(text.substring(space + 1)), Long::sum);
        }
      }
    }
    return counts;
  }

  private static long number(String digits) {
    try {
      return Math.max(0, Long.parseLong(digits));
    } catch (NumberFormatException notOurs) {
      return 0;
    }
  }
}
