package dev.sallyport.proxy.audit.report;

import dev.sallyport.proxy.audit.Amount;
import dev.sallyport.proxy.audit.Printable;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/// A report as lines for a terminal.
public final class TextReport {
  /// Rows of a table; the rest is told by their number.
  static final int ROWS = 12;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);
  private static final String GAP = "  ";

  /// Characters of a cell; a longer one keeps its beginning and its end, where a host's domain is.
  private static final int CELL = 56;

  private static final int CELL_END = 32;

  private final Report report;
  private final List<String> lines = new ArrayList<>();

  private TextReport(Report report) {
    this.report = report;
  }

  /// The lines, without line feeds.
  public static List<String> of(Report report) {
    TextReport text = new TextReport(report);
    text.write();
    return text.lines.stream().map(Printable::text).map(String::stripTrailing).toList();
  }

  private void write() {
    if (report.first().isEmpty()) {
      lines.add("no events in this period");
      return;
    }
    lines.add(
        report.first().map(TextReport::time).orElse("")
            + " to "
            + report.last().map(TextReport::time).orElse("")
            + " UTC");
    report.notices().forEach(notice -> lines.add("!! " + Tables.notice(notice)));
    Report.Traffic total = report.total();
    lines.add(
        "%d allowed, %d refused, %s up, %s down"
            .formatted(
                total.allowed(),
                total.refused(),
                Amount.octets(total.sent()),
                Amount.octets(total.received())));
    table("Who went where for what", Tables.uses(report));
    table("Refused", Tables.refusals(report));
    report.news().ifPresent(news -> table(Tables.newsTitle(news), Tables.news(news)));
    table("Exceptions used", Tables.exceptions(report));
    table("Classes", Tables.classes(report));
    table("Top talkers", Tables.talkers(report));
    table("The gate's own events", Tables.gate(report));
    if (report.bad() > 0) {
      lines.add("");
      lines.add(report.bad() + " lines are no events; see `sallyport audit verify`");
    }
  }

  private void table(String title, Tables.Table table) {
    lines.add("");
    lines.add(title);
    if (table.rows().isEmpty()) {
      lines.add(GAP + "none");
      return;
    }
    List<List<String>> shown = new ArrayList<>();
    shown.add(table.columns().stream().map(Tables.Column::title).toList());
    table.rows().stream()
        .limit(ROWS)
        .forEach(row -> shown.add(row.stream().map(TextReport::shortened).toList()));
    int[] widths = new int[table.columns().size()];
    shown.forEach(row -> widen(widths, row));
    for (List<String> row : shown) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String cell = row.get(i);
        String space = " ".repeat(widths[i] - cell.length());
        boolean right = table.columns().get(i).side() == Tables.Side.RIGHT;
        line.append(GAP).append(right ? space + cell : cell + space);
      }
      lines.add(line.toString());
    }
    if (table.rows().size() > ROWS) {
      lines.add(GAP + "and " + (table.rows().size() - ROWS) + " more rows; `--json` has all");
    }
  }

  private static String shortened(String cell) {
    return cell.length() <= CELL
        ? cell
        : cell.substring(0, CELL - CELL_END - 1) + "…" + cell.substring(cell.length() - CELL_END);
  }

  private static void widen(int[] widths, List<String> row) {
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], row.get(i).length());
    }
  }

  /// In UTC, to the second.
  static String time(Instant at) {
    return TIME.format(at);
  }
}
