package dev.sallyport.proxy.audit.report;

import dev.sallyport.proxy.audit.Amount;
import dev.sallyport.rules.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The tables of a report as texts, the same for every form that people read.
final class Tables {
  private Tables() {}

  /// Where a cell's text stands.
  enum Side {
    LEFT,
    RIGHT,
    /// A time: left, and in one piece.
    TIME
  }

  record Column(String title, Side side) {}

  /// @param rows each with a text for every column
  record Table(List<Column> columns, List<List<String>> rows) {}

  static String notice(Report.Notice notice) {
    return notice.sentence()
        + ": "
        + Amount.count(notice.times(), "event")
        + when(notice)
        + (notice.users().equals(List.of(Report.NOBODY)) ? "" : " (" + users(notice.users()) + ")");
  }

  private static String when(Report.Notice notice) {
    return notice.first().equals(notice.last())
        ? " at " + time(notice.first())
        : " from " + time(notice.first()) + " to " + time(notice.last());
  }

  static Table uses(Report report) {
    return table(
        List.of(
            left("user"),
            left("class"),
            left("host"),
            right("allowed"),
            right("up"),
            right("down")),
        report.uses().stream()
            .map(
                use ->
                    List.of(
                        use.user(),
                        use.trafficClass(),
                        use.host(),
                        number(use.traffic().allowed()),
                        Amount.octets(use.traffic().sent()),
                        Amount.octets(use.traffic().received())))
            .toList());
  }

  static Table refusals(Report report) {
    return table(
        List.of(
            right("times"),
            left("destination"),
            left("reason"),
            left("rule"),
            left("users"),
            time("last")),
        report.refusals().stream()
            .map(
                refusal ->
                    List.of(
                        number(refusal.times()),
                        refusal.destination(),
                        refusal.reason(),
                        refusal.rule(),
                        users(refusal.users()),
                        time(refusal.last())))
            .toList());
  }

  /// What the reasons in a report mean, in their order.
  static Map<String, String> meanings(Report report) {
    Map<String, String> meanings = new TreeMap<>();
    report
        .refusals()
        .forEach(
            refusal ->
                Reason.ofCode(refusal.reason())
                    .ifPresent(known -> meanings.put(refusal.reason(), known.sentence())));
    return meanings;
  }

  static String newsTitle(Report.News news) {
    return "New destinations since the period from "
        + time(news.from())
        + (news.complete() ? "" : " (compared with a part of it; it had too many)");
  }

  static Table news(Report.News news) {
    return table(
        List.of(left("host"), left("class"), left("first user"), time("first"), right("times")),
        news.destinations().stream()
            .map(
                one ->
                    List.of(
                        one.host(),
                        one.trafficClass(),
                        one.user(),
                        time(one.first()),
                        number(one.times())))
            .toList());
  }

  static Table exceptions(Report report) {
    return table(
        List.of(left("exception"), left("host"), right("times"), time("first"), time("last")),
        report.exceptions().stream()
            .map(
                use ->
                    List.of(
                        use.rule(),
                        use.host(),
                        number(use.times()),
                        time(use.first()),
                        time(use.last())))
            .toList());
  }

  static Table classes(Report report) {
    return named("class", report.classes());
  }

  static Table talkers(Report report) {
    return named("user", report.talkers());
  }

  static Table gate(Report report) {
    List<List<String>> rows = new ArrayList<>();
    new TreeMap<>(report.gate()).forEach((kind, times) -> rows.add(List.of(kind, number(times))));
    return table(List.of(left("event"), right("times")), rows);
  }

  private static Table named(String title, List<Report.Named> named) {
    return table(
        List.of(left(title), right("allowed"), right("refused"), right("up"), right("down")),
        named.stream()
            .map(
                one ->
                    List.of(
                        one.name(),
                        number(one.traffic().allowed()),
                        number(one.traffic().refused()),
                        Amount.octets(one.traffic().sent()),
                        Amount.octets(one.traffic().received())))
            .toList());
  }

  private static Table table(List<Column> columns, List<List<String>> rows) {
    return new Table(columns, rows);
  }

  private static Column left(String title) {
    return new Column(title, Side.LEFT);
  }

  private static Column time(String title) {
    return new Column(title, Side.TIME);
  }

  private static Column right(String title) {
    return new Column(title, Side.RIGHT);
  }

  private static String users(List<String> users) {
    boolean more = users.size() == Counters.USERS_NAMED;
    return String.join(", ", users) + (more ? ", …" : "");
  }

  private static String number(long value) {
    return Long.toString(value);
  }

  private static String time(Instant at) {
    return TextReport.time(at);
  }
}
