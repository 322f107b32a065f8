package dev.sallyport.proxy.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EventLineTest {
  private static String plain(AuditEvent event) {
    return EventLine.of(ChainText.recorded(event), Paint.PLAIN);
  }

  @Test
  void decisions() {
    assertEquals(
        "2026-11-21T03:46:00.123Z  allow  model           CONNECT api.example.com:443  listed"
            + "  policy.yaml:12",
        plain(Samples.allowed()));
    assertEquals(
        "2026-11-21T03:46:00.123Z  deny   -               CONNECT [2001:db8::1]:443  not-listed"
            + "  policy.yaml:12",
        plain(Samples.decided("[2001:db8::1]", 443)));
    assertEquals(
        "2026-11-21T03:46:00.123Z  deny   -               -  malformed",
        plain(Samples.malformed()));
  }

  @Test
  void ends() {
    assertEquals(
        "2026-11-21T03:46:02.123Z  close  model           CONNECT api.example.com:443"
            + "  done (client)  1.5 KiB up  33.2 KiB down  2.1 s",
        plain(Samples.closed()));
  }

  @Test
  void theGatesOwnEvents() {
    assertEquals(
        "2026-11-21T03:46:00.123Z  start  version=0.1.0",
        plain(Samples.administrative(AuditEvent.Kind.START)));
    assertEquals(
        "2026-11-21T03:46:00.123Z  policy.rejected  policy.problems=[a, b]",
        plain(
            new AuditEvent.Administrative(
                Samples.AT,
                AuditEvent.Kind.POLICY_REJECTED,
                Map.of("sallyport.policy.problems", List.of("a", "b")))));
    assertEquals(
        "2026-11-21T03:46:00.123Z  gap  cause=changed-line event=4",
        plain(Gap.changedLine(Samples.AT, new ChainHead(4, Seal.NO_HASH))));
  }

  @Test
  void onlyTheVerdictIsColoured() {
    String line = EventLine.of(ChainText.recorded(Samples.refused()), Paint.ANSI);
    assertTrue(line.startsWith("2026-11-21T03:46:00.123Z  \u001b[1;31mdeny \u001b[0m  "), line);
    assertEquals(
        plain(Samples.refused()), line.replace("\u001b[1;31m", "").replace("\u001b[0m", ""));
  }

  /// Every field of a line that a client, or whoever wrote the file, may have filled.
  @ParameterizedTest
  @EnumSource(
      value = EventField.class,
      names = {
        "TIME",
        "EVENT",
        "DECISION",
        "CLASS",
        "METHOD",
        "SERVER_ADDRESS",
        "REASON",
        "RULE_SOURCE"
      })
  void nothingInAnEventReachesTheTerminalAsAControl(EventField field) {
    String evil = "\\u001b[2J\\n\\r\\u009b\\u202e\\u0000\\b" + "\\ud800" + "x".repeat(40);
    String line =
        "{\"time\":\"t\",\"sallyport.seq\":1,\"sallyport.event\":\"decision\","
            + "\"sallyport.decision\":\"allow\",\"server.address\":\"h\"}";
    String name = "\"" + field.text() + "\":";
    String changed =
        line.contains(name)
            ? line.replaceFirst(
                Pattern.quote(name) + "\"[^\"]*\"",
                Matcher.quoteReplacement(name + "\"" + evil + "\""))
            : line.replace("}", "," + name + "\"" + evil + "\"}");
    RecordedEvent event = ChainText.parse(changed);
    String shown = EventLine.of(event, Paint.PLAIN);
    assertTrue(shown.contains("\ufffd"), shown);
    assertTrue(shown.chars().noneMatch(c -> Character.isISOControl(c) || c == 0x202e), shown);
  }

  @Test
  void namesOfFieldsCannotEither() {
    RecordedEvent event =
        ChainText.parse(
            "{\"sallyport.seq\":1,\"sallyport.event\":\"odd\",\"sallyport.\\u001bx\":[\"\\u0007\"]}");
    assertEquals("-  odd  \ufffdx=[\ufffd]", EventLine.of(event, Paint.PLAIN));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1.0 KiB",
    "1536, 1.5 KiB",
    "1048575, 1.0 MiB",
    "1048576, 1.0 MiB",
    "1073741824, 1.0 GiB",
    "1125899906842624, 1024.0 TiB"
  })
  void octets(long octets, String text) {
    assertEquals(text, Amount.octets(octets));
  }

  @ParameterizedTest
  @CsvSource({"0, 0 ms", "999, 999 ms", "1000, 1.0 s", "59949, 59.9 s", "60000, 1 min 0 s"})
  void times(long millis, String text) {
    assertEquals(text, Amount.millis(millis));
  }

  @ParameterizedTest
  @CsvSource({"abc, abc", "grün 漢字, grün 漢字", "a\u200bb, a\ufffdb", "a\ue000b, a\ufffdb"})
  void printable(String from, String text) {
    assertEquals(text, Printable.text(from));
  }

  @Test
  void aCheckpointIsShort(@TempDir Path folder) throws IOException {
    String signed =
        ChainText.signed(
            ChainHead.NONE,
            Optional.of(SigningKey.open(folder)),
            List.of(Checkpoint.event(Samples.AT, Checkpoint.Cause.STOP)));
    String line = EventLine.of(ChainText.parse(signed), Paint.PLAIN);
    assertEquals("2026-11-21T03:46:00.123Z  checkpoint  cause=stop within=1000", line);
  }
}
