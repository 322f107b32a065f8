package dev.sallyport.proxy.audit.report;

import dev.sallyport.proxy.audit.Amount;
import dev.sallyport.proxy.audit.Printable;
import java.util.List;

/// A report as Markdown with tables, for the page of a CI job. What clients put into it (hosts,
/// names) stays text there: no link, no mention, no markup, no further cell.
public final class MarkdownReport {
  /// Rows of a table; the rest is told by their number. A job's page holds 1 MiB.
  static final int ROWS = 50;

  private final Report report;
  private final StringBuilder text = new StringBuilder();

  private MarkdownReport(Report report) {
    this.report = report;
  }

  /// The text, with a line end.
  ///
  /// @param emergencies break-glass that nobody has reviewed
  public static String of(Report report, List<String> emergencies) {
    MarkdownReport markdown = new MarkdownReport(report);
    markdown.write(emergencies);
    return markdown.text.toString();
  }

  private void write(List<String> emergencies) {
    line("## What left through Sallyport");
    emergencies.forEach(each -> loud("BREAK GLASS, not reviewed: " + each));
    if (report.first().isEmpty()) {
      line("No events in this period.");
      return;
    }
    report.notices().forEach(notice -> loud(Tables.notice(notice)));
    Report.Traffic total = report.total();
    line(
        "**%d allowed, %d refused**, %s up, %s down"
            .formatted(
                total.allowed(),
                total.refused(),
                Amount.octets(total.sent()),
                Amount.octets(total.received())));
    table("Refused", Tables.refusals(report));
    table("Who went where for what", Tables.uses(report));
    report.news().ifPresent(news -> table(Tables.newsTitle(news), Tables.news(news)));
    table("Exceptions used", Tables.exceptions(report));
    if (report.bad() > 0) {
      loud(report.bad() + " lines are no events; see `sallyport audit verify`");
    }
  }

  private void line(String line) {
    text.append(line).append("\n\n");
  }

  private void loud(String sentence) {
    line("> **" + harmless(sentence) + "**");
  }

  private void table(String title, Tables.Table table) {
    if (table.rows().isEmpty()) {
      return;
    }
    line("### " + title);
    table.columns().forEach(column -> text.append("| ").append(column.title()).append(' '));
    text.append("|\n");
    table
        .columns()
        .forEach(column -> text.append(column.side() == Tables.Side.RIGHT ? "| ---: " : "| --- "));
    text.append("|\n");
    for (List<String> row : table.rows().subList(0, Math.min(ROWS, table.rows().size()))) {
      row.forEach(cell -> text.append("| ").append(harmless(cell)).append(' '));
      text.append("|\n");
    }
    text.append('\n');
    if (table.rows().size() > ROWS) {
      line("and " + (table.rows().size() - ROWS) + " more rows");
    }
  }

  /// Everything but letters, digits and spaces as a character reference: that is text wherever it
  /// stands (CommonMark 0.31, 2.5), and no name is a link.
  static String harmless(String cell) {
    StringBuilder harmless = new StringBuilder("<code>");
    Printable.text(cell)
        .codePoints()
        .forEach(
            each -> {
              boolean plain = each == ' ' || (each < 128 && Character.isLetterOrDigit(each));
              if (plain) {
                harmless.appendCodePoint(each);
              } else {
                harmless.append("&#").append(each).append(';');
              }
            });
    return harmless.append("</code>").toString();
  }
}
