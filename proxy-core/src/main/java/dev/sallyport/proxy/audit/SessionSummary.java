package dev.sallyport.proxy.audit;

import dev.sallyport.rules.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Where a session went: for each class its hosts, requests and octets, and what was refused and
/// why. A pure function of events.
///
/// @param classes busiest first
/// @param refusals most frequent first
/// @param reported what report mode let through and enforcement would have refused, likewise
/// @param unrecorded decisions and ends that the file could not take, by its own account
public record SessionSummary(
    List<ClassUse> classes, List<Refusal> refusals, List<Refusal> reported, long unrecorded) {
  /// Lines for classes, and for refusals, in [#lines].
  static final int CLASS_LINES = 8;

  static final int REFUSAL_LINES = 6;

  /// Hosts that a class's line names.
  static final int HOSTS_NAMED = 3;

  public SessionSummary {
    classes = List.copyOf(classes);
    refusals = List.copyOf(refusals);
    reported = List.copyOf(reported);
  }

  /// What a class was used for.
  ///
  /// @param hosts in alphabetical order
  /// @param requests CONNECTs and plain requests that were allowed
  /// @param sent octets towards origins
  /// @param received octets from origins
  public record ClassUse(String name, List<String> hosts, long requests, long sent, long received) {
    public ClassUse {
      hosts = List.copyOf(hosts);
    }
  }

  /// What was refused, or would have been.
  ///
  /// @param destination `host:port`, or `-` where none was readable
  /// @param reason the code of a [Reason]
  public record Refusal(String destination, String reason, long times) {}

  /// Sums events up.
  public static SessionSummary of(Iterable<RecordedEvent> events) {
    SummaryCount count = new SummaryCount();
    events.forEach(count::add);
    return count.summary();
  }

  /// Sums up a whole chain; lines that are no events are passed over.
  ///
  /// @param file any file of the chain
  /// @throws IOException when a file cannot be read
  public static SessionSummary read(Path file) throws IOException {
    SummaryCount count = new SummaryCount();
    ChainFiles files = ChainFiles.of(file);
    List<Path> all = new ArrayList<>(files.finished());
    all.add(files.active());
    for (Path one : all) {
      try (EventReader reader = EventReader.open(one)) {
        for (Optional<RecordedLine> next = reader.next(); next.isPresent(); next = reader.next()) {
          if (next.get() instanceof RecordedLine.Event(Path from, long line, RecordedEvent event)) {
            count.add(event);
          }
        }
      }
    }
    return count.summary();
  }

  /// Requests that were allowed.
  public long requests() {
    return classes.stream().mapToLong(ClassUse::requests).sum();
  }

  /// Requests that were refused.
  public long refused() {
    return times(refusals);
  }

  private static long times(List<Refusal> refusals) {
    return refusals.stream().mapToLong(Refusal::times).sum();
  }

  /// About ten lines for a person, fit for a terminal.
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    long sent = classes.stream().mapToLong(ClassUse::sent).sum();
    long received = classes.stream().mapToLong(ClassUse::received).sum();
    lines.add(
        "%s allowed, %d refused, %s up, %s down"
            .formatted(
                Amount.count(requests(), "request"),
                refused(),
                Amount.octets(sent),
                Amount.octets(received)));
    classes.stream().limit(CLASS_LINES).forEach(use -> lines.add(line(use)));
    int further = classes.size() - CLASS_LINES;
    if (further > 0) {
      lines.add("  and " + further + (further == 1 ? " more class" : " more classes"));
    }
    addRefusals("refused", "refused", refusals, lines);
    if (!reported.isEmpty()) {
      lines.add("  report mode let through %d that would be refused:".formatted(times(reported)));
    }
    addRefusals("would refuse", "that would be refused", reported, lines);
    if (unrecorded > 0) {
      lines.add("  " + Amount.count(unrecorded, "event") + " could not be written; see `gap`");
    }
    return lines.stream().map(Printable::text).toList();
  }

  private static String line(ClassUse use) {
    String hosts = String.join(", ", use.hosts.subList(0, Math.min(HOSTS_NAMED, use.hosts.size())));
    int more = use.hosts.size() - HOSTS_NAMED;
    return "  %-16s %-12s  %s up, %s down  %s"
        .formatted(
            use.name,
            Amount.count(use.requests, "request"),
            Amount.octets(use.sent),
            Amount.octets(use.received),
            more > 0 ? hosts + " and " + more + " more" : hosts);
  }

  private static void addRefusals(
      String word, String ofMore, List<Refusal> refusals, List<String> lines) {
    refusals.stream().limit(REFUSAL_LINES).forEach(refusal -> lines.add(line(word, refusal)));
    long more = times(refusals.stream().skip(REFUSAL_LINES).toList());
    if (more > 0) {
      lines.add("  and " + more + " more " + ofMore);
    }
  }

  private static String line(String word, Refusal refusal) {
    String why = Reason.ofCode(refusal.reason).map(known -> ": " + known.sentence()).orElse("");
    return "  %-16s %-12s  %s%s"
        .formatted(word, refusal.times + " x", refusal.destination + "  " + refusal.reason, why);
  }
}
