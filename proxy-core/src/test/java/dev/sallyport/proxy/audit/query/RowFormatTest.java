package dev.sallyport.proxy.audit.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowFormatTest {
  @Test
  void theTableHasColumns() {
    assertEquals(
        "2026-11-21T03:46:00.123Z  allow     model           ci-7              "
            + "CONNECT api.example.com:443             allowed  policy.yaml:12",
        RowFormat.TABLE.row(Recorded.event(Recorded.DECISION), Recorded.DECISION));
    assertEquals(
        "2026-11-21T03:46:02.000Z  close     model           ci-7              "
            + "api.example.com:443                     "
            + "done (client)  2.0 KiB up  33.2 KiB down  2.1 s",
        RowFormat.TABLE.row(Recorded.event(Recorded.CLOSE), Recorded.CLOSE));
    assertTrue(
        RowFormat.TABLE
            .row(Recorded.event(Recorded.REJECTED), Recorded.REJECTED)
            .contains("policy.rejected"));
  }

  @Test
  void theHeaderStandsOverTheColumns() {
    String header = RowFormat.TABLE.header().orElseThrow();
    String row = RowFormat.TABLE.row(Recorded.event(Recorded.DECISION), Recorded.DECISION);
    assertEquals(row.indexOf("CONNECT"), header.indexOf("DESTINATION"));
    assertEquals(row.indexOf("allowed"), header.indexOf("WHY"));
  }

  @Test
  void jsonIsTheLineItself() {
    assertEquals(
        Recorded.DECISION,
        RowFormat.JSON.row(Recorded.event(Recorded.DECISION), Recorded.DECISION));
  }

  @Test
  void jsonCannotCommandATerminal() {
    assertEquals(
        "{\"a\":\"ü\\u009b2J\\u202e\"}", RowFormat.harmless("{\"a\":\"ü\u009b2J\u202e\"}"));
  }

  @Test
  void csvHasTheSameColumnsForEveryEvent() {
    String header = RowFormat.CSV.header().orElseThrow();
    List<String> names = Arrays.asList(header.strip().split(",", -1));
    String row = RowFormat.CSV.row(Recorded.event(Recorded.CLOSE), Recorded.CLOSE);
    List<String> cells = Arrays.asList(row.strip().split(",", -1));
    assertTrue(header.endsWith("\r") && row.endsWith("\r"));
    assertEquals(names.size(), cells.size());
    assertEquals("2048", cells.get(names.indexOf("sallyport.bytes.sent")));
    assertEquals("", cells.get(names.indexOf("url.path")));
    assertFalse(names.contains("sallyport.labels."));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          =1+1                ~ '=1+1
          +1                  ~ '+1
          -1                  ~ '-1
          @SUM(A1)            ~ '@SUM(A1)
          ` =1`               ~ `' =1`
          \\uff1d1+1          ~ `'\uff1d1+1`
          x;=1                ~ "x;'=1"
          x; @a               ~ "x; '@a"
          a|-b                ~ a|'-b
          a,=1                ~ "a,=1"
          a-b=c               ~ a-b=c
          Mozilla/5.0 (X11; x) ~ "Mozilla/5.0 (X11; x)"
          \\t=1               ~ `\ufffd=1`
          """)
  void noCellIsRunByASpreadsheet(String said, String cell) {
    String line =
        Recorded.DECISION.replaceFirst(
            "\"user.name\":\"[^\"]*\"", Matcher.quoteReplacement("\"user.name\":\"" + said + "\""));
    String row = RowFormat.CSV.row(Recorded.event(line), line);
    assertTrue(row.contains("," + cell + ","), row);
  }

  @Test
  void csvQuotesAndDefusesFormulas() {
    String row = RowFormat.CSV.row(Recorded.event(Recorded.DECISION), Recorded.DECISION);
    assertTrue(row.contains(",\"'=cmd|'/c calc'!A1, \"\"x\"\"\","), row);
  }
}
