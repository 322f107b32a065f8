package dev.sallyport.proxy.fuzz;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.sallyport.proxy.audit.EventReader;
import dev.sallyport.proxy.audit.RecordedLine;
import dev.sallyport.proxy.audit.query.Condition;
import dev.sallyport.proxy.audit.query.QueryException;
import dev.sallyport.proxy.audit.query.RowFormat;
import dev.sallyport.proxy.audit.query.Where;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// Audit files that somebody else wrote to, and the expressions that are asked of them: the first
/// line is the expression, the rest the file. Rows for a terminal hold nothing that it obeys.
public final class AuditFuzz {
  private AuditFuzz() {}

  /// Throws when something of it does not hold.
  public static void fuzzerTestOneInput(byte[] octets) throws IOException {
    String text = new String(octets, StandardCharsets.UTF_8);
    int end = text.indexOf('\n');
    Optional<Condition> where = where(end < 0 ? text : text.substring(0, end));
    String file = end < 0 ? "" : text.substring(end + 1);
    try (EventReader events =
        EventReader.open(Scratch.file("audit.jsonl", file.getBytes(StandardCharsets.UTF_8)))) {
      for (Optional<RecordedLine> line = events.next(); line.isPresent(); line = events.next()) {
        switch (line.get()) {
          case RecordedLine.Event event -> {
            var _ = where.map(asked -> asked.fits(event.event()));
            for (RowFormat format : RowFormat.values()) {
              isHarmless(format.row(event.event(), "{}"));
            }
          }
          case RecordedLine.Bad bad -> assertFalse(bad.problem().isEmpty());
        }
      }
    }
  }

  private static Optional<Condition> where(String expression) {
    try {
      return Optional.of(Where.parse(expression));
    } catch (QueryException wrong) {
      isHarmless(wrong.sentence());
      return Optional.empty();
    }
  }

  private static void isHarmless(String row) {
    assertFalse(
        row.chars().anyMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\r'), row);
  }

  /// Where a fuzzer starts.
  public static List<byte[]> seeds() {
    String event =
        "{\"time\":\"2026-11-21T03:46:00.123456Z\",\"sallyport.seq\":1,\"sallyport.event\":"
            + "\"decision\",\"server.address\":\"evil.example\",\"server.port\":443,"
            + "\"sallyport.decision\":\"deny\",\"sallyport.labels.team\":\"a\","
            + "\"sallyport.findings\":[\"x\"]}\n";
    return List.of(
            "host = evil.example and decision != allow\n" + event,
            "(class ~ \"a b\" or user = 'x') and not port >= 443\n" + event + event,
            "time > \"1h ago\"\n" + event.replace("evil", "\\u001b[31m"),
            "a\n{\"sallyport.seq\":1e999,\"sallyport.event\":\"x\"}\n{\n[]\n\n",
            "host = \u202ex\n" + event.replace("deny", "\\ud800"))
        .stream()
        .map(text -> text.getBytes(StandardCharsets.UTF_8))
        .toList();
  }
}
