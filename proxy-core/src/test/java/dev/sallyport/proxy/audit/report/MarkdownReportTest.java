package dev.sallyport.proxy.audit.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarkdownReportTest {
  private static final Instant AT = Instant.parse("2026-11-28T22:00:00Z");

  private static Report report(List<Report.Use> uses, List<Report.Refusal> refusals, long bad) {
    return new Report(
        uses.isEmpty() && refusals.isEmpty() ? Optional.empty() : Optional.of(AT),
        Optional.of(AT),
        new Report.Traffic(3, 2, 2048, 10),
        List.of(new Report.Notice("REPORT MODE let it through", 3, AT, AT, List.of("|ci|"))),
        uses,
        refusals,
        Optional.of(new Report.News(AT, true, List.of())),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Map.of(),
        bad);
  }

  private static Report.Refusal refused(String destination) {
    return new Report.Refusal(destination, "not-listed", "profile:ci", 2, AT, AT, List.of("ci"));
  }

  @Test
  void hasWhatWasRefusedAndWhatLeft() {
    Report.Use use =
        new Report.Use("ci", "model", "api.example", new Report.Traffic(3, 0, 2048, 10));
    String text =
        MarkdownReport.of(
            report(List.of(use), List.of(refused("evil.example:443")), 1), List.of("g"));
    assertTrue(text.contains("**3 allowed, 2 refused**, 2.0 KiB up, 10 B down\n"), text);
    assertTrue(text.contains("### Refused\n\n| times | destination |"), text);
    assertTrue(text.contains("<code>evil&#46;example&#58;443</code>"), text);
    assertTrue(text.contains("| <code>model</code> |"), text);
    assertTrue(text.contains("> **<code>BREAK GLASS&#44; not reviewed&#58; g</code>**"), text);
    assertTrue(text.contains("&#124;ci&#124;"), text);
    assertTrue(text.contains("1 lines are no events"), text);
    assertFalse(text.contains("Exceptions used"), text);
  }

  @Test
  void anEmptyStretchSaysSo() {
    String text = MarkdownReport.of(report(List.of(), List.of(), 0), List.of());
    assertTrue(text.endsWith("No events in this period.\n\n"), text);
  }

  @Test
  void rowsBeyondTheLimitAreToldByTheirNumber() {
    List<Report.Refusal> many = new ArrayList<>();
    for (int i = 0; i < MarkdownReport.ROWS; i++) {
      many.add(refused("h" + i + ":443"));
    }
    assertFalse(MarkdownReport.of(report(List.of(), many, 0), List.of()).contains("more rows"));
    many.add(refused("omitted:443"));
    String text = MarkdownReport.of(report(List.of(), many, 0), List.of());
    assertTrue(text.contains("and 1 more rows"), text);
    assertFalse(text.contains("omitted"), text);
  }

  /// Nothing of a name has a meaning in Markdown or HTML, or begins a cell or a line.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a|b", "<img src=x>", "[x](https://evil.example)", "www.evil.example", "@octocat", "`x`",
        "**x**", "a\nb", "&lt;", "#1", "\u202eevil", "x\u2028y"
      })
  void namesStayText(String name) {
    String cell = MarkdownReport.harmless(name);
    String inside = cell.replaceFirst("^<code>", "").replaceFirst("</code>$", "");
    assertTrue(inside.matches("([A-Za-z0-9 ]|&#[0-9]+;)*"), cell);
    assertEquals(1, cell.lines().count());
  }
}
