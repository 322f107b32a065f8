package dev.sallyport.proxy.audit.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.audit.GeneratedLog;
import dev.sallyport.proxy.audit.RecordedEvent;
import dev.sallyport.proxy.audit.RecordedLine;
import dev.sallyport.proxy.audit.Span;
import dev.sallyport.proxy.audit.Trail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCountTest {
  private static final Instant START = GeneratedLog.START;

  @TempDir private Path folder = Path.of("");

  private static String event(long second, String decision, String host, String more) {
    return """
    {"time":"%s.000000Z","sallyport.seq":%d,"sallyport.event":"decision","user.name":"ada",\
    "server.address":"%s","server.port":443,"sallyport.class":"model","sallyport.decision":"%s"%s}
    """
        .formatted(
            START.plusSeconds(second).toString().replace("Z", ""),
            second + 1,
            host,
            decision,
            more);
  }

  private Report report(ReportCount count, String... lines) throws IOException {
    Path file = folder.resolve("log.jsonl");
    Files.writeString(file, String.join("", lines));
    try (Trail trail = Trail.open(file, Span.ALWAYS)) {
      for (Optional<RecordedLine> next = trail.next(); next.isPresent(); next = trail.next()) {
        switch (next.get()) {
          case RecordedLine.Event(Path from, long line, RecordedEvent event) -> count.add(event);
          case RecordedLine.Bad _ -> count.addBad();
        }
      }
    }
    return count.report();
  }

  private Report report(String... lines) throws IOException {
    return report(new ReportCount(Optional.empty()), lines);
  }

  @Test
  void nothingIsNothing() throws IOException {
    Report empty = report();
    assertTrue(empty.first().isEmpty());
    assertEquals(List.of("no events in this period"), TextReport.of(empty));
    assertTrue(HtmlReport.of(empty, List.of(), START).contains("No events in this period."));
  }

  @Test
  void refusalsAreGroupedByDestinationReasonAndRule() throws IOException {
    String rule = ",\"sallyport.reason\":\"denied\",\"sallyport.rule.source\":\"policy.yaml:9\"";
    Report report =
        report(
            event(1, "deny", "evil.example", rule),
            event(5, "deny", "evil.example", rule),
            event(7, "deny", "evil.example", ",\"sallyport.reason\":\"not-listed\""),
            event(9, "ask", "other.example", ",\"sallyport.reason\":\"ask-pending\""));
    assertEquals(4, report.total().refused());
    Report.Refusal first = report.refusals().getFirst();
    assertEquals("evil.example:443", first.destination());
    assertEquals("policy.yaml:9", first.rule());
    assertEquals(2, first.times());
    assertEquals(START.plusSeconds(1), first.first());
    assertEquals(START.plusSeconds(5), first.last());
    assertEquals(List.of("ada"), first.users());
    assertEquals(3, report.refusals().size());
  }

  @Test
  void newIsWhatThePeriodBeforeDidNotUse() throws IOException {
    String listed = ",\"sallyport.reason\":\"listed\"";
    ReportCount count =
        new ReportCount(Optional.of(new ReportCount.Comparison(START, START.plusSeconds(10))));
    Report report =
        report(
            count,
            // A chain that is read first may hold later events.
            event(12, "allow", "late.example", listed),
            event(1, "allow", "old.example", listed),
            event(2, "allow", "late.example", listed),
            event(3, "deny", "tried.example", ""),
            event(10, "allow", "old.example", listed),
            event(11, "allow", "new.example", listed),
            event(13, "allow", "new.example", listed),
            event(14, "allow", "tried.example", listed));
    Report.News news = report.news().orElseThrow();
    assertTrue(news.complete());
    assertEquals(
        List.of("new.example", "tried.example"),
        news.destinations().stream().map(Report.NewDestination::host).toList());
    assertEquals(2, news.destinations().getFirst().times());
    assertEquals(5, report.total().allowed());
    assertEquals(START.plusSeconds(10), report.first().orElseThrow());
  }

  @Test
  void whatWasAllowedAndThenRefusedIsRefused() throws IOException {
    String request = ",\"sallyport.request.id\":\"r1\",\"sallyport.reason\":";
    ReportCount count =
        new ReportCount(Optional.of(new ReportCount.Comparison(START, START.plusSeconds(1))));
    Report report =
        report(
            count,
            event(1, "allow", "a.example", request + "\"listed\""),
            event(2, "deny", "a.example", request + "\"sni-mismatch\""),
            event(3, "allow", "b.example", ",\"sallyport.reason\":\"listed\""));
    assertEquals(new Report.Traffic(1, 1, 0, 0), report.total());
    assertEquals(List.of("b.example"), report.uses().stream().map(Report.Use::host).toList());
    assertEquals(
        List.of("b.example"),
        report.news().orElseThrow().destinations().stream()
            .map(Report.NewDestination::host)
            .toList());
    assertEquals(1, report.classes().getFirst().traffic().allowed());
    assertEquals(1, report.buckets().stream().mapToLong(Report.Bucket::allowed).sum());
  }

  @Test
  void refusalsThatWereCountedTogetherCount() throws IOException {
    String repeated =
        """
        {"time":"2026-11-01T00:00:01.000000Z","sallyport.seq":1,"sallyport.event":"repeated",\
        "user.name":"ada","sallyport.repeated.reasons":["not-listed 120","killed 1"]}
        """;
    Report report = report(repeated);
    assertEquals(121, report.total().refused());
    assertEquals(List.of(120L, 1L), report.refusals().stream().map(Report.Refusal::times).toList());
    assertEquals("(others)", report.refusals().getFirst().destination());
    assertEquals(121, report.talkers().getFirst().traffic().refused());
    assertEquals(121, report.buckets().getFirst().refused());
  }

  @Test
  void aLongNameIsShortenedInTextAndNotInThePage() throws IOException {
    String most = "a".repeat(52);
    Report report =
        report(
            event(1, "deny", most, ",\"sallyport.reason\":\"not-listed\""),
            event(2, "deny", most + "b", ",\"sallyport.reason\":\"not-listed\""));
    String text = String.join("\n", TextReport.of(report));
    assertTrue(text.contains(" " + most + ":443 "), text);
    assertTrue(text.contains(" " + "a".repeat(23) + "…" + "a".repeat(27) + "b:443 "), text);
    assertTrue(HtmlReport.of(report, List.of(), START).contains(most + "b:443"));
  }

  @Test
  void whatNobodyShouldReadOverIsLoudInEveryForm() throws IOException {
    String mode = ",\"sallyport.mode\":\"report\",\"sallyport.reason\":";
    Report report =
        report(
            event(1, "allow", "a.example", mode + "\"listed\""),
            event(2, "allow", "b.example", mode + "\"reported\""),
            event(3, "allow", "c.example", ",\"sallyport.break_glass\":\"01A\""),
            gateEvent(4, "break-glass"),
            gateEvent(5, "kill"),
            gateEvent(6, "gap"),
            gateEvent(7, "policy.rejected"),
            gateEvent(8, "exception.expired"));
    List<String> loud =
        TextReport.of(report).stream().filter(line -> line.startsWith("!! ")).toList();
    assertEquals(6, loud.size(), loud::toString);
    assertTrue(
        loud.getFirst().startsWith("!! BREAK-GLASS was in force: 2 events from "), loud::toString);
    assertTrue(loud.get(1).contains("REPORT MODE let through"), loud::toString);
    String page = HtmlReport.of(report, List.of(), START);
    assertTrue(page.contains("<ul class=\"notices\" role=\"alert\"><li>BREAK-GLASS was"), page);
    assertTrue(String.valueOf(DataReport.of(report).get("attention")).contains("kill switch"));
  }

  private static String gateEvent(long second, String kind) {
    return """
    {"time":"%s.000000Z","sallyport.seq":%d,"sallyport.event":"%s"}
    """
        .formatted(START.plusSeconds(second).toString().replace("Z", ""), second + 1, kind);
  }

  @Test
  void exceptionsAreListed() throws IOException {
    Report report =
        report(
            event(
                1,
                "allow",
                "a.example",
                ",\"sallyport.reason\":\"exception\",\"sallyport.rule\":\"ex-1\""),
            event(2, "allow", "a.example", ",\"sallyport.reason\":\"listed\""));
    assertEquals(1, report.exceptions().size());
    assertEquals("ex-1", report.exceptions().getFirst().rule());
    assertEquals(1, report.exceptions().getFirst().times());
  }

  @Test
  void tablesAreBoundedAndTheRestIsCounted() throws IOException {
    String[] lines = new String[5];
    for (int i = 0; i < lines.length; i++) {
      lines[i] = event(i, i < 3 ? "allow" : "deny", "h" + i + ".example", "");
    }
    Report report = report(new ReportCount(Optional.empty(), 2), lines);
    assertEquals(
        List.of("h0.example", "h1.example", Report.OTHERS),
        report.uses().stream().map(Report.Use::host).toList());
    assertEquals(1, report.uses().getLast().traffic().allowed());
    assertEquals(2, report.refusals().size());
    assertEquals(3, report.total().allowed());
  }

  @Test
  void linesThatAreNoEventsAreCounted() throws IOException {
    String late = event(1, "deny", "x.example", "").replace("2026-11", "2026-99");
    Report report = report("nonsense\n", late, event(2, "deny", "x.example", ""));
    assertEquals(2, report.bad());
    assertEquals(1, report.total().refused());
    assertTrue(TextReport.of(report).getLast().startsWith("2 lines are no events"));
  }

  @Test
  void whatAClientSaysIsOnlyTextOnThePage() throws IOException {
    String evil = "<script>alert(1)</script>\\\" onload=\\\"x' &amp;\\u202e";
    Report report =
        report(
            event(1, "deny", evil, ",\"sallyport.reason\":\"" + evil + "\""),
            event(2, "allow", evil, ",\"sallyport.reason\":\"exception\""));
    String page = HtmlReport.of(report, List.of(), START);
    assertFalse(page.contains("<script"), page);
    assertFalse(page.contains("\" onload"), page);
    assertFalse(page.contains("\u202e"), page);
    assertTrue(
        page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&quot;x&#39; &amp;amp;"));
    assertTrue(TextReport.of(report).stream().noneMatch(line -> line.contains("\u202e")));
  }

  @Test
  void thePageNeedsNothingElse() throws IOException {
    String page = HtmlReport.of(report(event(1, "deny", "x.example", "")), List.of(), START);
    for (String outside :
        List.of("http:", "https:", "//", "url(", "@import", "<link", "<img", "src=")) {
      assertFalse(page.contains(outside), outside);
    }
    assertTrue(page.contains("default-src 'none'"));
    assertTrue(page.contains("prefers-color-scheme: dark"));
  }
}
