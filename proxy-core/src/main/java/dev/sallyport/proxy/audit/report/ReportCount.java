package dev.sallyport.proxy.audit.report;

import dev.sallyport.proxy.audit.EventField;
import dev.sallyport.proxy.audit.OpenRequests;
import dev.sallyport.proxy.audit.RecordedEvent;
import dev.sallyport.proxy.audit.report.Timeline.Verdict;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;

/// Counts events into a [Report]. For one thread.
public final class ReportCount {
  /// Rows of each table that are told apart.
  public static final int MAX_ROWS = 10_000;

  /// Destinations of the period before that are remembered.
  static final int MAX_KNOWN = 100_000;

  /// Kinds of the gate's own events that are told apart.
  private static final int MAX_KINDS = 50;

  private static final String EXCEPTION = "exception";

  private final Optional<Comparison> comparison;
  private final Counters total = new Counters();
  private final Tally<UseKey, Counters> uses;
  private final Tally<RefusalKey, Counters> refusals;
  private final Tally<ExceptionKey, Counters> exceptions;
  private final Tally<String, Counters> classes;
  private final Tally<String, Counters> talkers;
  private final Tally<String, NewKey> news;
  private final Timeline timeline = new Timeline();
  private final Attention attention = new Attention();
  private final OpenRequests<Allowed> open = new OpenRequests<>();
  private final Set<String> known = new HashSet<>();
  private final Map<String, Long> gate = new TreeMap<>();
  private boolean complete = true;
  private Instant first = Instant.MAX;
  private Instant last = Instant.MIN;
  private long bad;

  /// Two periods.
  ///
  /// @param from where the period before begins
  /// @param since where it ends and the period of the report begins
  public record Comparison(Instant from, Instant since) {}

  /// What was counted for a request, should it be refused in the end.
  private record Allowed(Instant at, List<Counters> counters, Optional<NewKey> news) {}

  private record UseKey(String user, String trafficClass, String host) {}

  private record RefusalKey(String destination, String reason, String rule) {}

  private record ExceptionKey(String rule, String host) {}

  /// The first use of a new destination, and how often it was used.
  private static final class NewKey {
    private String trafficClass = Report.NOBODY;
    private String user = Report.NOBODY;
    private Instant first = Instant.MAX;
    private long times;
  }

  /// @param comparison what is compared; events before it begins the caller keeps away
  public ReportCount(Optional<Comparison> comparison) {
    this(comparison, MAX_ROWS);
  }

  ReportCount(Optional<Comparison> comparison, int rows) {
    this.comparison = comparison;
    this.uses = new Tally<>(rows, Counters::new);
    this.refusals = new Tally<>(rows, Counters::new);
    this.exceptions = new Tally<>(rows, Counters::new);
    this.classes = new Tally<>(rows, Counters::new);
    this.talkers = new Tally<>(rows, Counters::new);
    this.news = new Tally<>(rows, NewKey::new);
  }

  /// Counts a line that is no event.
  public void addBad() {
    bad++;
  }

  /// Counts an event; one without a readable time counts as a bad line.
  public void add(RecordedEvent event) {
    Instant at;
    try {
      at = Instant.parse(text(event, EventField.TIME));
    } catch (DateTimeException e) {
      bad++;
      return;
    }
    if (comparison.isPresent() && at.isBefore(comparison.get().since())) {
      remember(event);
      return;
    }
    first = at.isBefore(first) ? at : first;
    last = at.isAfter(last) ? at : last;
    attention.look(event, at);
    switch (event.kind()) {
      case "decision" -> decided(event, at);
      case "close" -> closed(event);
      default -> {
        event.repeated().forEach((reason, times) -> repeated(event, at, reason, times));
        boolean room = gate.size() < MAX_KINDS || gate.containsKey(event.kind());
        gate.merge(room ? event.kind() : Report.OTHERS, 1L, Long::sum);
      }
    }
  }

  private void remember(RecordedEvent event) {
    if (event.kind().equals("decision") && verdict(event) == Verdict.ALLOWED) {
      if (known.size() < MAX_KNOWN) {
        known.add(host(event));
      } else {
        complete = false;
      }
    }
  }

  private void decided(RecordedEvent event, Instant at) {
    Verdict verdict = verdict(event);
    String user = text(event, EventField.USER_NAME);
    timeline.add(at, verdict);
    List<Counters> counters = new ArrayList<>();
    counters.add(total);
    counters.add(talkers.at(user));
    counters.add(classes.at(text(event, EventField.CLASS)));
    if (verdict == Verdict.REFUSED) {
      open.over(event).ifPresent(this::takeBack);
      counters.forEach(counter -> counter.decided(at, verdict, user));
      String reason = text(event, EventField.REASON);
      RefusalKey key = new RefusalKey(destination(event), reason, rule(event));
      refusals.at(key).decided(at, verdict, user);
      return;
    }
    counters.add(uses.at(use(event)));
    if (text(event, EventField.REASON).equals(EXCEPTION)) {
      counters.add(exceptions.at(new ExceptionKey(rule(event), host(event))));
    }
    counters.forEach(counter -> counter.decided(at, verdict, user));
    Optional<NewKey> fresh = fresh(event, at);
    open.allowed(event, new Allowed(at, counters, fresh));
  }

  private Optional<NewKey> fresh(RecordedEvent event, Instant at) {
    if (comparison.isPresent() && !known.contains(host(event))) {
      NewKey counter = news.at(host(event));
      seen(counter, event, at);
      return Optional.of(counter);
    }
    return Optional.empty();
  }

  private void takeBack(Allowed before) {
    timeline.add(before.at, Verdict.ALLOWED, -1);
    before.counters.forEach(Counters::takenBack);
    before.news.ifPresent(counter -> counter.times--);
  }

  /// Refusals that came too fast to have an event each; where they went is not known one by one.
  private void repeated(RecordedEvent event, Instant at, String reason, long times) {
    String user = text(event, EventField.USER_NAME);
    timeline.add(at, Verdict.REFUSED, times);
    RefusalKey key = new RefusalKey(Report.OTHERS, reason, Report.NOBODY);
    for (Counters counter : List.of(total, talkers.at(user), refusals.at(key))) {
      counter.refused(times, at, at, user);
    }
  }

  private static void seen(NewKey counter, RecordedEvent event, Instant at) {
    counter.times++;
    if (at.isBefore(counter.first)) {
      counter.first = at;
      counter.user = text(event, EventField.USER_NAME);
      counter.trafficClass = text(event, EventField.CLASS);
    }
  }

  private void closed(RecordedEvent event) {
    var _ = open.over(event);
    long sent = event.number(EventField.BYTES_SENT).orElse(0);
    long received = event.number(EventField.BYTES_RECEIVED).orElse(0);
    total.closed(sent, received);
    talkers.at(text(event, EventField.USER_NAME)).closed(sent, received);
    classes.at(text(event, EventField.CLASS)).closed(sent, received);
    uses.at(use(event)).closed(sent, received);
  }

  /// What was counted so far.
  public Report report() {
    return new Report(
        first.equals(Instant.MAX) ? Optional.empty() : Optional.of(first),
        last.equals(Instant.MIN) ? Optional.empty() : Optional.of(last),
        total.traffic(),
        attention.notices(),
        rows(uses, ReportCount::use, new UseKey(Report.OTHERS, Report.OTHERS, Report.OTHERS)),
        rows(
            refusals,
            ReportCount::refusal,
            new RefusalKey(Report.OTHERS, Report.OTHERS, Report.OTHERS)),
        comparison.map(this::news),
        rows(exceptions, ReportCount::exception, new ExceptionKey(Report.OTHERS, Report.OTHERS)),
        named(classes),
        named(talkers),
        timeline.buckets(),
        Map.copyOf(gate),
        bad);
  }

  /// The rows busiest first, that of the others at the end.
  private static <K, R> List<R> rows(
      Tally<K, Counters> tally, BiFunction<K, Counters, R> row, K others) {
    Comparator<Map.Entry<K, Counters>> order =
        Comparator.comparingLong(entry -> -entry.getValue().decisions());
    return rows(tally, order, row, others);
  }

  private static List<Report.Named> named(Tally<String, Counters> tally) {
    Comparator<Map.Entry<String, Counters>> order =
        Comparator.comparingLong(entry -> -entry.getValue().sent());
    return rows(
        tally,
        order.thenComparingLong(entry -> -entry.getValue().decisions()),
        (name, counters) -> new Report.Named(name, counters.traffic()),
        Report.OTHERS);
  }

  private static <K, C, R> List<R> rows(
      Tally<K, C> tally, Comparator<Map.Entry<K, C>> order, BiFunction<K, C, R> row, K others) {
    List<R> rows = new ArrayList<>();
    tally.sorted(order).stream()
        .filter(entry -> !(entry.getValue() instanceof Counters counters && counters.isNothing()))
        .forEach(entry -> rows.add(row.apply(entry.getKey(), entry.getValue())));
    tally.others().ifPresent(counter -> rows.add(row.apply(others, counter)));
    return rows;
  }

  private Report.News news(Comparison compared) {
    Comparator<Map.Entry<String, NewKey>> order =
        Comparator.comparing(entry -> entry.getValue().first);
    List<Report.NewDestination> rows =
        rows(
            news,
            order,
            (host, seen) ->
                new Report.NewDestination(
                    host, seen.trafficClass, seen.user, seen.first, seen.times),
            Report.OTHERS);
    // With several chains the period before may be read after this one.
    rows.removeIf(row -> known.contains(row.host()) || row.times() == 0);
    return new Report.News(compared.from(), complete, rows);
  }

  private static Report.Use use(UseKey key, Counters counters) {
    return new Report.Use(key.user, key.trafficClass, key.host, counters.traffic());
  }

  private static Report.Refusal refusal(RefusalKey key, Counters counters) {
    return new Report.Refusal(
        key.destination,
        key.reason,
        key.rule,
        counters.decisions(),
        counters.first(),
        counters.last(),
        counters.users());
  }

  private static Report.ExceptionUse exception(ExceptionKey key, Counters counters) {
    return new Report.ExceptionUse(
        key.rule, key.host, counters.decisions(), counters.first(), counters.last());
  }

  private static UseKey use(RecordedEvent event) {
    return new UseKey(
        text(event, EventField.USER_NAME), text(event, EventField.CLASS), host(event));
  }

  private static Verdict verdict(RecordedEvent event) {
    return text(event, EventField.DECISION).equals("allow") ? Verdict.ALLOWED : Verdict.REFUSED;
  }

  private static String destination(RecordedEvent event) {
    OptionalLong port = event.number(EventField.SERVER_PORT);
    String host = host(event);
    String bracketed = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return port.isPresent() ? bracketed + ":" + port.getAsLong() : bracketed;
  }

  private static String rule(RecordedEvent event) {
    return event
        .text(EventField.RULE_SOURCE)
        .or(() -> event.text(EventField.RULE))
        .orElse(Report.NOBODY);
  }

  private static String host(RecordedEvent event) {
    return text(event, EventField.SERVER_ADDRESS);
  }

  private static String text(RecordedEvent event, EventField field) {
    return event.text(field).orElse(Report.NOBODY);
  }
}
