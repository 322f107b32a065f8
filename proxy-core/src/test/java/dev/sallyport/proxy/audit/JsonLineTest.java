package dev.sallyport.proxy.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonLineTest {
  private static final int PLENTY = 1000;

  private static String quoted(String value, int limit) {
    JsonLine line = new JsonLine();
    line.quoted(value, limit);
    return StandardCharsets.UTF_8.decode(line.from(0)).toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          plain text              | plain text
          a"b\\c                  | a\\"b\\\\c
          grün 漢字 🚪            | grün 漢字 🚪
          """)
  void ordinaryTextStaysAsItIs(String value, String written) {
    assertEquals('"' + written + '"', quoted(value, PLENTY));
  }

  @ParameterizedTest
  @CsvSource({
    "0x0, \\u0000",
    "0x9, \\u0009",
    "0xa, \\u000a",
    "0xd, \\u000d",
    "0x1b, \\u001b",
    "0x1f, \\u001f",
    "0x7f, \\u007f",
    "0x85, \\u0085",
    "0x9b, \\u009b",
    "0x9f, \\u009f",
    "0x61c, \\u061c",
    "0x200e, \\u200e",
    "0x2028, \\u2028",
    "0x2029, \\u2029",
    "0x202e, \\u202e",
    "0x2066, \\u2066",
    "0x2069, \\u2069"
  })
  void whatCouldEndALineOrMoveACursorIsEscaped(String codePoint, String written)
      throws IOException {
    String value = Character.toString(Integer.decode(codePoint));
    assertEquals('"' + written + '"', quoted(value, PLENTY));
    assertEquals(value, new ObjectMapper().readValue(quoted(value, PLENTY), String.class));
  }

  @ParameterizedTest
  @CsvSource({"0x20, 1", "0x7e, 1", "0xa0, 2", "0x2027, 3", "0x202f, 3", "0x2065, 3", "0x206a, 3"})
  void theirNeighboursAreNot(String codePoint, int octets) {
    String value = Character.toString(Integer.decode(codePoint));
    assertEquals('"' + value + '"', quoted(value, PLENTY));
    assertEquals(octets, value.getBytes(StandardCharsets.UTF_8).length);
  }

  @Test
  void halvesOfPairsAreReplaced() {
    assertEquals("\"a\ufffdb\"", quoted("a\ud83db", PLENTY));
    assertEquals("\"\ufffd\"", quoted("\udeaa", PLENTY));
    assertEquals("\"\ufffd\ufffd\"", quoted("\udeaa\ud83d", PLENTY));
    assertEquals("\"\ud83d\udeaa\"", quoted("\ud83d\udeaa", PLENTY));
  }

  @Test
  void aValueAtTheLimitIsWholeAndOnePastItIsCut() {
    assertEquals('"' + "x".repeat(256) + '"', quoted("x".repeat(256), 256));
    assertEquals('"' + "x".repeat(253) + "…\"", quoted("x".repeat(257), 256));
  }

  @ParameterizedTest
  @CsvSource({"ü, 2", "漢, 3", "🚪, 4", "'\n', 6", "'\"', 2"})
  void aCutValueEndsBetweenCharactersAndWithinTheLimit(String character, int octets) {
    for (int limit = 12; limit < 30; limit++) {
      String cut = quoted(character.repeat(40), limit);
      int written = cut.getBytes(StandardCharsets.UTF_8).length - 2;
      assertTrue(written <= limit && written > limit - 3 - octets, () -> "octets: " + written);
      assertTrue(cut.endsWith("…\""), cut);
      assertEquals((written - 3) % octets, 0, cut);
    }
  }

  @Test
  void itGrowsAndBeginsAnew() {
    JsonLine line = new JsonLine();
    line.begin();
    for (int i = 0; i < 3000; i++) {
      line.text(EventField.PATH, "0123456789", PLENTY);
    }
    line.end();
    int first = line.length();
    line.begin();
    line.number(EventField.SEQ, Long.MIN_VALUE);
    line.end();
    assertEquals(
        "{\"sallyport.seq\":-9223372036854775808}",
        StandardCharsets.UTF_8.decode(line.from(first)).toString());
    line.truncate(0);
    assertEquals(0, line.from(0).remaining());
  }
}
