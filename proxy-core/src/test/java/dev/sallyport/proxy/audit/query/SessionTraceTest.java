package dev.sallyport.proxy.audit.query;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionTraceTest {
  /// Each event: session of the gate's own, connection, session of the client's, how it was joined.
  private static final List<String> EVENTS =
      List.of(
          "run1 c1 - -",
          "run1 c1 A header",
          "run1 c2 A session",
          "run1 c3 A session",
          "run1 - - -",
          "run1 c3 B header",
          "run1 c3 B connection",
          "run1 c4 - -",
          "run1 c1 A connection",
          "run2 c5 - -",
          "- c6 B header",
          "- c6 - -",
          "- c7 - -");

  @TempDir private Path folder = Path.of("");

  private Path log() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String event : EVENTS) {
      String[] of = event.split(" ", -1);
      StringBuilder line =
          new StringBuilder(
              String.format(
                  Locale.ROOT,
                  "{\"time\":\"2026-11-21T03:46:%02d.000000Z\",\"sallyport.seq\":%d",
                  lines.size(),
                  lines.size() + 1));
      add(line, "sallyport.session.id", of[0]);
      line.append(",\"sallyport.event\":\"decision\"");
      add(line, "sallyport.connection.id", of[1]);
      add(line, "session.id", of[2]);
      add(line, "sallyport.session.joined", of[3]);
      lines.add(line.append('}').toString());
    }
    Path log = folder.resolve("sallyport.jsonl");
    Files.write(log, lines);
    return log;
  }

  private static void add(StringBuilder line, String name, String value) {
    if (!value.equals("-")) {
      line.append(",\"").append(name).append("\":\"").append(value).append('"');
    }
  }

  private List<Integer> held(String id) throws IOException {
    SessionTrace trace = SessionTrace.of(id, log());
    List<Integer> held = new ArrayList<>();
    List<String> lines = Files.readAllLines(log());
    for (int i = 0; i < lines.size(); i++) {
      if (trace.holds(Recorded.event(lines.get(i)))) {
        held.add(i);
      }
    }
    return held;
  }

  @Test
  void whatCameBeforeTheFirstNameIsFound() throws IOException {
    assertEquals(List.of(0, 1, 2, 3, 4, 7, 8), held("A"));
  }

  @Test
  void theConnectionsOfASessionAreIts() throws IOException {
    assertEquals(List.of(2, 3, 4, 5, 6, 7, 10, 11), held("B"));
  }

  @Test
  void nobodyElseIs() throws IOException {
    assertEquals(List.of(), held("C"));
  }
}
