package dev.sallyport.proxy.audit.report;

import static dev.sallyport.proxy.audit.report.Markup.at;

import dev.sallyport.proxy.audit.Amount;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// A report as one page that needs nothing else: no script, no picture, no font from anywhere,
/// which the page itself forbids by its content security policy. Light and dark as the reader's
/// system is; on a narrow screen each row of a table becomes a card.
public final class HtmlReport {
  /// Rows of a table; the rest is told by their number.
  static final int ROWS = 100;

  private static final String STYLE = style();

  private final Report report;
  private final List<String> emergencies;
  private final Markup page = new Markup();

  private HtmlReport(Report report, List<String> emergencies) {
    this.report = report;
    this.emergencies = List.copyOf(emergencies);
  }

  /// The page, in UTF-8.
  ///
  /// @param emergencies what nobody has reviewed, one line each
  /// @param made when it was made, which the page says
  public static String of(Report report, List<String> emergencies, Instant made) {
    HtmlReport html = new HtmlReport(report, emergencies);
    html.write(made);
    return html.page.toString();
  }

  private void write(Instant made) {
    page.own("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.own("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.own("<meta name=\"color-scheme\" content=\"light dark\">\n");
    page.own(
        "<meta http-equiv=\"Content-Security-Policy\""
            + " content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
    page.own("<title>Sallyport audit report</title>\n<style>\n" + STYLE + "</style>\n</head>\n");
    page.own("<body>\n<header>\n<h1>Audit report</h1>\n");
    page.line("p", period());
    page.own("</header>\n<main>\n");
    emergencies.forEach(one -> page.line("p", "BREAK GLASS, not reviewed: " + one));
    if (report.first().isPresent()) {
      body();
    }
    page.own("</main>\n<footer>");
    if (report.bad() > 0) {
      page.line(
          "p", report.bad() + " lines of the log are no events; see `sallyport audit verify`.");
    }
    page.line("p", "Made " + TextReport.time(made) + " by sallyport audit report. Times are UTC.");
    page.own("</footer>\n</body>\n</html>\n");
  }

  private String period() {
    return report.first().isEmpty()
        ? "No events in this period."
        : report.first().map(TextReport::time).orElse("")
            + " to "
            + report.last().map(TextReport::time).orElse("");
  }

  private void body() {
    notices();
    tiles();
    section("Decisions over time");
    HtmlCharts.overTime(page, report.buckets());
    page.close("section");
    section("Sent, by class");
    HtmlCharts.sentByClass(page, report.classes());
    page.close("section");
    table("Refused", Tables.refusals(report));
    meanings();
    report.news().ifPresent(news -> table(Tables.newsTitle(news), Tables.news(news)));
    table("Exceptions used", Tables.exceptions(report));
    table("Who went where for what", Tables.uses(report));
    table("Top talkers", Tables.talkers(report));
    table("Classes", Tables.classes(report));
    table("The gate's own events", Tables.gate(report));
  }

  private void notices() {
    if (report.notices().isEmpty()) {
      return;
    }
    page.open("ul", at("class", "notices"), at("role", "alert"));
    report.notices().forEach(notice -> page.line("li", Tables.notice(notice)));
    page.close("ul");
  }

  private void tiles() {
    Report.Traffic total = report.total();
    page.open("ul", at("class", "tiles"));
    tile("allowed", Long.toString(total.allowed()));
    tile("refused", Long.toString(total.refused()));
    tile("up", Amount.octets(total.sent()));
    tile("down", Amount.octets(total.received()));
    report.news().ifPresent(news -> tile("new", Integer.toString(news.destinations().size())));
    page.close("ul");
  }

  private void tile(String name, String value) {
    page.open("li", at("class", name)).line("strong", value).line("span", name).close("li");
  }

  private void section(String title) {
    page.open("section").line("h2", title);
  }

  private void table(String title, Tables.Table table) {
    section(title);
    if (table.rows().isEmpty()) {
      page.line("p", "None.").close("section");
      return;
    }
    page.open("table").open("thead").open("tr");
    table.columns().forEach(column -> page.line("th", column.title(), side(column)));
    page.close("tr", "thead").open("tbody");
    table.rows().stream().limit(ROWS).forEach(row -> row(table.columns(), row));
    page.close("tbody", "table");
    int more = table.rows().size() - ROWS;
    if (more > 0) {
      page.line("p", "And " + more + " more rows; `sallyport audit report --json` has all.");
    }
    page.close("section");
  }

  private void row(List<Tables.Column> columns, List<String> row) {
    page.open("tr");
    for (int i = 0; i < columns.size(); i++) {
      Tables.Column column = columns.get(i);
      page.line("td", row.get(i), side(column), at("data-name", column.title()));
    }
    page.close("tr");
  }

  private static Markup.Attribute side(Tables.Column column) {
    return at(
        "class",
        switch (column.side()) {
          case LEFT -> "word";
          case RIGHT -> "number";
          case TIME -> "moment";
        });
  }

  private void meanings() {
    Map<String, String> meanings = Tables.meanings(report);
    if (meanings.isEmpty()) {
      return;
    }
    page.open("section").line("h2", "What the reasons mean").open("dl");
    meanings.forEach((code, sentence) -> page.line("dt", code).line("dd", sentence));
    page.close("dl", "section");
  }

  private static String style() {
    try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
      if (in == null) {
        throw new IllegalStateException("the program lacks its style sheet");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
