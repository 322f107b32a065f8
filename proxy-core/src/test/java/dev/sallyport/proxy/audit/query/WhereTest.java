package dev.sallyport.proxy.audit.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.sallyport.proxy.audit.RecordedEvent;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WhereTest {
  private static final RecordedEvent DECISION = Recorded.event(Recorded.DECISION);
  private static final RecordedEvent CLOSE = Recorded.event(Recorded.CLOSE);
  private static final RecordedEvent REJECTED = Recorded.event(Recorded.REJECTED);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "class = model",
        "class=model",
        "sallyport.class = 'model'",
        "host = API.example.com",
        "host = api.example.com.",
        "host = .example.com",
        "host = .com",
        "host ~ EXAMPLE",
        "user = ci-7 and port = 443",
        "port >= 443 and port <= 443",
        "port < 444",
        "label.repository = acme/shop",
        "claimed.job ~ uil",
        "not class = source",
        "NOT class = source AND user = ci-7",
        "end != done",
        "class = source or user = ci-7",
        "class = source and user = x or port = 443",
        "port = 443 or class = source and user = x",
        "(class = source or class = model) and not (user = x or port = 80)",
        "not not class = model",
        "agent ~ \"'/c calc'\"",
        "time > 2026-11-21",
        "time < 2026-11-22"
      })
  void fits(String where) throws QueryException {}

  @ParameterizedTest
  @ValueSource(
      strings = {
        "class = mode",
        "host = example.com",
        "host = .api.example.com",
        "host = .xample.com",
        "port = 80",
        "port = 443x",
        "port > 443",
        "end = done",
        "end < z",
        "sent > 0",
        "not class = model",
        "label.job = build",
        "(class = source or user = ci-7) and port = 80"
      })
  void doesNotFit(String where) throws QueryException {
    assertEquals(false, fits(where, DECISION));
  }

  @Test
  void octetsHaveUnits() throws QueryException {
    assertEquals(true, fits("sent = 2KiB and sent < 1MiB and received < 1GiB", CLOSE));
    assertEquals(false, fits("sent > 2KiB", CLOSE));
  }

  @Test
  void oneTextOfAListIsEnough() throws QueryException {
    assertEquals(true, fits("sallyport.policy.problems ~ 'line 9'", REJECTED));
    assertEquals(false, fits("sallyport.policy.problems != 'line 9: a port'", REJECTED));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "|1|expected a field such as ‘host‘, ‘not‘ or ‘(‘, found the end",
        "hots = x|1|there is no field ‘hots‘; did you mean ‘host‘?",
        "host|5|expected one of ‘=‘, ‘!=‘, ‘<‘, ‘<=‘, ‘>‘, ‘>=‘ and ‘~‘, found the end",
        "host ! x|6|expected one of ‘=‘, ‘!=‘, ‘<‘, ‘<=‘, ‘>‘, ‘>=‘ and ‘~‘, found ‘!‘",
        "host =|7|expected a value, found the end",
        "host = (|8|expected a value, found ‘(‘",
        "host = x y|10|expected ‘and‘, ‘or‘ or the end, found ‘y‘",
        "host = x and|13|expected a field such as ‘host‘, ‘not‘ or ‘(‘, found the end",
        "(host = x|10|expected ‘and‘, ‘or‘ or ‘)‘, found the end",
        "host = x)|9|expected ‘and‘, ‘or‘ or the end, found ‘)‘",
        "host = 'x|8|the quote that opens here is never closed",
        "host < .x|8|names below a domain have no order; use ‘=‘ or ‘!=‘",
        "label. = x|1|there is no field ‘label.‘; expected one such as ‘host‘, ‘class‘, ‘user‘"
            + " or ‘label.repository‘",
      })
  void whatCannotBeUnderstoodIsSaidWithItsPlace(String where, int place, String what) {
    String text = where == null ? "" : where;
    QueryException wrong = assertThrows(QueryException.class, () -> Where.parse(text));
    String shown = text.isEmpty() ? "``" : "`" + text.strip() + "`";
    assertEquals(
        "`--where`, character " + place + ", in " + shown + ": " + what.replace('‘', '`'),
        wrong.sentence().replace(" `: ", "`: "));
  }

  @Test
  void comparisonsAreBounded() throws QueryException {
    String most = String.join(" or ", Collections.nCopies(Where.MAX_COMPARISONS, "port = 1"));
    assertEquals(false, fits(most, DECISION));
    assertThrows(QueryException.class, () -> Where.parse(most + " or port = 1"));
  }

  @Test
  void depthIsBounded() throws QueryException {
    int half = Where.MAX_DEPTH / 2;
    String most = "(".repeat(half) + "not ".repeat(half) + "port = 1" + ")".repeat(half);
    assertEquals(false, fits(most, DECISION));
    assertThrows(QueryException.class, () -> Where.parse("not " + most));
  }

  @Test
  void lengthIsBounded() throws QueryException {
    String most = "port = 443" + " ".repeat(Where.MAX_LENGTH - 10);
    assertEquals(true, fits(most, DECISION));
    assertThrows(QueryException.class, () -> Where.parse(most + " "));
  }

  @Test
  void nothingThatAnybodyWritesTakesLong() {
    String nasty = "host ~ '" + "a".repeat(2000) + "' or host ~ '" + "a".repeat(2000) + "'";
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          for (int i = 0; i < 1000; i++) {
            fits(nasty, DECISION);
          }
        });
  }

  private static boolean fits(String where, RecordedEvent event) throws QueryException {
    return Where.parse(where).fits(event);
  }
}
