package dev.sallyport.proxy.run;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/// What the local end of a central gate can know of a session: who was asked for, what the gate
/// said to it in clear, and how much passed. For any thread.
public final class RelayedTraffic {
  /// Destinations that are counted one by one.
  static final int MAX_DESTINATIONS = 1_000;

  private static final int SHOWN = 8;
  private static final int FIRST_REFUSAL = 400;
  private static final int LONGEST = 80;

  private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> refused = new ConcurrentHashMap<>();
  private final LongAdder connections = new LongAdder();
  private final LongAdder sent = new LongAdder();
  private final LongAdder received = new LongAdder();
  private final LongAdder unreachable = new LongAdder();

  void asked(String authority) {
    connections.increment();
    count(asked, authority);
  }

  void answered(String authority, int status) {
    if (status >= FIRST_REFUSAL) {
      count(refused, status + " " + authority);
    }
  }

  void sent(int octets) {
    sent.add(octets);
  }

  void received(int octets) {
    received.add(octets);
  }

  void unreachable() {
    unreachable.increment();
  }

  private static void count(Map<String, AtomicInteger> counts, String key) {
    String clean = key.replaceAll("[^\\x21-\\x7e ]", "?");
    String kept = clean.length() > LONGEST ? clean.substring(0, LONGEST) + "..." : clean;
    String counted = counts.containsKey(kept) || counts.size() < MAX_DESTINATIONS ? kept : "others";
    counts.computeIfAbsent(counted, first -> new AtomicInteger()).incrementAndGet();
  }

  /// The summary, a line each.
  ///
  /// @param gate as it is shown
  public List<String> lines(String gate) {
    List<String> lines = new ArrayList<>();
    lines.add("%d connections through %s".formatted(connections.sum(), gate));
    lines.add(line("destinations", asked.isEmpty() ? "none" : text(asked)));
    if (!refused.isEmpty()) {
      lines.add(line("refused", text(refused)));
    }
    if (unreachable.sum() > 0) {
      lines.add(
          line(
              "unreachable",
              "%d times the gate could not be reached".formatted(unreachable.sum())));
    }
    lines.add(line("octets", "%d up, %d down".formatted(sent.sum(), received.sum())));
    lines.add(line("audit", "at the gate; what it refused within TLS, the command alone has seen"));
    return lines;
  }

  private static String line(String what, String text) {
    return "  %-16s %s".formatted(what, text);
  }

  private static String text(Map<String, AtomicInteger> counts) {
    String first =
        counts.entrySet().stream()
            .sorted(
                Comparator.comparingInt((Map.Entry<String, AtomicInteger> e) -> -e.getValue().get())
                    .thenComparing(Map.Entry::getKey))
            .limit(SHOWN)
            .map(entry -> entry.getKey() + " (" + entry.getValue().get() + ")")
            .collect(Collectors.joining(", "));
    return counts.size() > SHOWN ? first + " and " + (counts.size() - SHOWN) + " more" : first;
  }
}
