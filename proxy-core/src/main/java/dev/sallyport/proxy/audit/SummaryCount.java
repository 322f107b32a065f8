package dev.sallyport.proxy.audit;

import dev.sallyport.proxy.audit.SessionSummary.ClassUse;
import dev.sallyport.proxy.audit.SessionSummary.Refusal;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/// Counts events for a [SessionSummary], one by one, in bounded memory. For one thread.
public final class SummaryCount {
  /// Hosts remembered for each class, and different refusals; further ones are counted together.
  static final int REMEMBERED = 1000;

  /// Stands for what is not remembered one by one.
  static final String OTHERS = "(others)";

  private static final String NO_CLASS = "-";
  private static final String NO_DESTINATION = "-";

  private final Map<String, Use> classes = new HashMap<>();
  private final Map<Key, Long> refusals = new HashMap<>();
  private final Map<Key, Long> reported = new HashMap<>();
  private final OpenRequests<Allowed> open = new OpenRequests<>();
  private long unrecorded;

  private record Key(String destination, String reason) {}

  private record Allowed(Use use, String host) {}

  private static final class Use {
    final SortedMap<String, Long> hosts = new TreeMap<>();
    long requests;
    long sent;
    long received;

    /// One more request that was allowed, or one that was not after all.
    void count(String host, int times) {
      requests += times;
      hosts.merge(host, (long) times, Long::sum);
      hosts.remove(host, 0L);
    }

    boolean isNothing() {
      return requests == 0 && sent == 0 && received == 0;
    }
  }

  /// Counts one event.
  public void add(RecordedEvent event) {
    switch (event.kind()) {
      case "decision" -> decided(event);
      case "close" -> closed(event);
      case "repeated" -> repeated(event);
      case "gap" -> unrecorded += Gap.unwritten(event);
      default -> {
        // The gate's own matters are not part of where a session went.
      }
    }
  }

  /// What was counted so far.
  public SessionSummary summary() {
    List<ClassUse> uses =
        classes.entrySet().stream()
            .filter(entry -> !entry.getValue().isNothing())
            .map(entry -> use(entry.getKey(), entry.getValue()))
            .sorted(
                Comparator.comparingLong(ClassUse::requests)
                    .reversed()
                    .thenComparing(ClassUse::name))
            .toList();
    return new SessionSummary(uses, sorted(refusals), sorted(reported), unrecorded);
  }

  private static List<Refusal> sorted(Map<Key, Long> counts) {
    return counts.entrySet().stream()
        .map(e -> new Refusal(e.getKey().destination(), e.getKey().reason(), e.getValue()))
        .sorted(
            Comparator.comparingLong(Refusal::times)
                .reversed()
                .thenComparing(Refusal::destination)
                .thenComparing(Refusal::reason))
        .toList();
  }

  private void decided(RecordedEvent event) {
    if (event.text(EventField.DECISION).orElse("").equals("allow")) {
      Use use = use(event);
      String host = remembered(use.hosts, event.text(EventField.SERVER_ADDRESS).orElse(OTHERS));
      use.count(host, 1);
      open.allowed(event, new Allowed(use, host));
      event
          .text(EventField.WOULD_REASON)
          .ifPresent(reason -> count(reported, new Key(destination(event), reason), 1));
      return;
    }
    open.over(event).ifPresent(before -> before.use.count(before.host, -1));
    String reason = event.text(EventField.REASON).orElse("");
    count(refusals, new Key(destination(event), reason), 1);
  }

  /// Refusals that came too fast to have an event each; where they went is not known one by one.
  private void repeated(RecordedEvent event) {
    RepeatedRefusals.counts(event)
        .forEach((reason, times) -> count(refusals, new Key(OTHERS, reason), times));
  }

  private static void count(Map<Key, Long> counts, Key key, long times) {
    boolean known = counts.containsKey(key) || counts.size() < REMEMBERED;
    counts.merge(known ? key : new Key(OTHERS, key.reason()), times, Long::sum);
  }

  private void closed(RecordedEvent event) {
    var _ = open.over(event);
    Use use = use(event);
    use.sent += event.number(EventField.BYTES_SENT).orElse(0);
    use.received += event.number(EventField.BYTES_RECEIVED).orElse(0);
  }

  private Use use(RecordedEvent event) {
    String name = event.text(EventField.CLASS).orElse(NO_CLASS);
    boolean known = classes.containsKey(name) || classes.size() < REMEMBERED;
    return classes.computeIfAbsent(known ? name : OTHERS, _ -> new Use());
  }

  private static String remembered(SortedMap<String, Long> hosts, String host) {
    return hosts.size() < REMEMBERED || hosts.containsKey(host) ? host : OTHERS;
  }

  private static String destination(RecordedEvent event) {
    OptionalLong port = event.number(EventField.SERVER_PORT);
    return event
        .text(EventField.SERVER_ADDRESS)
        .map(EventLine::bracketed)
        .map(host -> port.isPresent() ? host + ":" + port.getAsLong() : host)
        .orElse(NO_DESTINATION);
  }

  private static ClassUse use(String name, Use use) {
    return new ClassUse(
        name, List.copyOf(use.hosts.keySet()), use.requests, use.sent, use.received);
  }
}
