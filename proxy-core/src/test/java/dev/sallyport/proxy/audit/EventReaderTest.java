package dev.sallyport.proxy.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventReaderTest {
  private static final String EVENT = "{\"sallyport.seq\":1,\"sallyport.event\":\"start\"}";

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("sallyport.jsonl");
  }

  private List<String> read(String text) throws IOException {
    Files.writeString(file, text);
    List<String> read = new ArrayList<>();
    try (EventReader reader = EventReader.open(file)) {
      for (Optional<RecordedLine> next = reader.next(); next.isPresent(); next = reader.next()) {
        read.add(
            switch (next.get()) {
              case RecordedLine.Event event -> event.line() + " " + event.event().kind();
              case RecordedLine.Bad bad -> bad.text();
            });
      }
    }
    return read;
  }

  @Test
  void badLinesAreReportedWithTheirPlaceAndTheRestIsRead() throws IOException {
    String text = EVENT + "\nsecret\n\n" + EVENT + "\n" + EVENT;
    assertEquals(
        List.of(
            "1 start",
            "sallyport.jsonl:2: not an audit event",
            "sallyport.jsonl:3: not an audit event",
            "4 start"),
        read(text));
  }

  /// An event of exactly this many octets.
  private static String padded(int octets) {
    String empty = EVENT.replace("}", ",\"x\":\"\"}");
    return empty.replace("\"\"}", "\"" + "y".repeat(octets - empty.length()) + "\"}");
  }

  @Test
  void aLineAtTheLimitIsReadAndOnePastItIsNot() throws IOException {
    int limit = Lines.MAX_OCTETS;
    assertEquals(
        List.of(
            "1 start",
            "sallyport.jsonl:2: longer than 65536 octets",
            "sallyport.jsonl:3: longer than 65536 octets",
            "4 start"),
        read(
            padded(limit)
                + "\n"
                + padded(limit + 1)
                + "\n"
                + padded(20 * limit + 7)
                + "\n"
                + EVENT
                + "\n"));
  }

  @Test
  void linesOfEveryLengthPassTheEdgesOfTheBuffer() throws IOException {
    StringBuilder text = new StringBuilder();
    List<String> expected = new ArrayList<>();
    for (int i = 1; i <= 3000; i++) {
      text.append(padded(60 + i * 37 % 1999)).append('\n');
      expected.add(i + " start");
    }
    assertEquals(expected, read(text.toString()));
  }

  @Test
  void aFileThatGrowsCanBeAskedAgain() throws IOException {
    Files.writeString(file, EVENT + "\n" + EVENT.substring(0, 9));
    try (EventReader reader = EventReader.open(file)) {
      assertTrue(reader.next().isPresent());
      assertTrue(reader.next().isEmpty());
      Files.writeString(file, EVENT.substring(9), StandardOpenOption.APPEND);
      assertTrue(reader.next().isEmpty());
      Files.writeString(file, "\n", StandardOpenOption.APPEND);
      assertInstanceOf(RecordedLine.Event.class, reader.next().orElseThrow());
      assertTrue(reader.next().isEmpty());
    }
  }

  private static Optional<RecordedEvent> parse(String line) {
    byte[] octets = ("[" + line + "]").getBytes(StandardCharsets.UTF_8);
    return RecordedEvent.parse(octets, 1, octets.length - 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "{}",
        "{",
        "{\"sallyport.seq\":1}",
        "{\"sallyport.event\":\"x\"}",
        "{\"sallyport.seq\":\"1\",\"sallyport.event\":\"x\"}",
        "{\"sallyport.seq\":1.5,\"sallyport.event\":\"x\"}",
        "{\"sallyport.seq\":99999999999999999999,\"sallyport.event\":\"x\"}",
        "{\"sallyport.seq\":1,\"sallyport.event\":\"\"}",
        "{\"sallyport.seq\":1,\"sallyport.event\":\"x\",\"a\":null}",
        "{\"sallyport.seq\":1,\"sallyport.event\":\"x\",\"a\":{}}",
        "{\"sallyport.seq\":1,\"sallyport.event\":\"x\",\"a\":[1]}",
        "{\"sallyport.seq\":1,\"sallyport.event\":\"x\",\"a\":[\"b\"",
        "{\"sallyport.seq\":1,\"sallyport.event\":\"x\",\"sallyport.seq\":1}",
        "{\"sallyport.seq\":1,\"sallyport.event\":\"x\"}{}",
        "{\"sallyport.seq\":1,\"sallyport.event\":\"x\"} x",
        "\ufeff{\"sallyport.seq\":1,\"sallyport.event\":\"x\"} x"
      })
  void whatIsNoEventIsNone(String line) {
    assertEquals(Optional.empty(), parse(line));
  }

  @Test
  void octetsThatAreNotUtf8AreNoEvent() {
    byte[] octets = EVENT.replace("start", "\u00ff").getBytes(StandardCharsets.ISO_8859_1);
    assertEquals(Optional.empty(), RecordedEvent.parse(octets, 0, octets.length));
  }

  @Test
  void kindsAndFieldsOfLaterVersionsAreKept() {
    RecordedEvent event =
        parse("{\"sallyport.seq\":7,\"sallyport.event\":\"checkpoint\",\"new\":true,\"l\":[\"a\"]}")
            .orElseThrow();
    assertEquals("checkpoint", event.kind());
    assertEquals(
        Map.of(
            "sallyport.seq", 7L, "sallyport.event", "checkpoint", "new", true, "l", List.of("a")),
        event.fields());
    assertEquals(Optional.empty(), event.text("new"));
  }

  @Test
  void whatIsWrittenIsRead() {
    for (AuditEvent event : Samples.all()) {
      RecordedEvent read = ChainText.recorded(event);
      assertEquals(1, read.seq());
      assertEquals(
          Optional.of("2026-11-21"), read.text(EventField.TIME).map(t -> t.substring(0, 10)));
    }
  }
}
