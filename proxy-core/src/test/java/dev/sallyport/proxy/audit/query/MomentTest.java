package dev.sallyport.proxy.audit.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MomentTest {
  /// A Saturday.
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private static final Moment BERLIN = new Moment(NOW, ZoneId.of("Europe/Berlin"));

  @ParameterizedTest
  @CsvSource({
    "2026-11-21T03:46:00Z, 2026-11-21T03:46:00Z",
    "2026-11-21T03:46:00.25+01:00, 2026-11-21T02:46:00.250Z",
    "2026-11-21t03:46:00z, 2026-11-21T03:46:00Z",
    "2026-11-21, 2026-11-20T23:00:00Z",
    "2026-07-01, 2026-06-30T22:00:00Z",
    "90s, 2026-11-21T11:58:30Z",
    "15m, 2026-11-21T11:45:00Z",
    "2h, 2026-11-21T10:00:00Z",
    "2h ago, 2026-11-21T10:00:00Z",
    "3d, 2026-11-18T12:00:00Z",
    "1w, 2026-11-14T12:00:00Z",
    "0s, 2026-11-21T12:00:00Z",
    "now, 2026-11-21T12:00:00Z",
    "today, 2026-11-20T23:00:00Z",
    "yesterday, 2026-11-19T23:00:00Z",
    "Last  Tuesday, 2026-11-16T23:00:00Z",
    "last friday, 2026-11-19T23:00:00Z",
    "last saturday, 2026-11-13T23:00:00Z",
    "saturday, 2026-11-20T23:00:00Z",
    "friday, 2026-11-19T23:00:00Z",
    "last week, 2026-11-08T23:00:00Z",
    "this week, 2026-11-15T23:00:00Z",
    "yesterday 14:00, 2026-11-20T13:00:00Z",
    "yesterday at 9:05, 2026-11-20T08:05:00Z",
    "last tuesday 14:30:15, 2026-11-17T13:30:15Z",
    "2026-07-01 00:00, 2026-06-30T22:00:00Z",
    "2026-11-21 14:00, 2026-11-21T13:00:00Z",
    "2026-11-21T03:46:00, 2026-11-21T02:46:00Z",
    "today 00:00, 2026-11-20T23:00:00Z",
    "7:15, 2026-11-21T06:15:00Z",
    "2 hours ago, 2026-11-21T10:00:00Z",
    "1 minute ago, 2026-11-21T11:59:00Z",
    "30 sec, 2026-11-21T11:59:30Z",
    "2 weeks ago, 2026-11-07T12:00:00Z",
  })
  void whatPeopleSay(String text, Instant meant) throws QueryException {
    assertEquals(meant, BERLIN.of(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "tuesday week",
        "last month",
        "yesterday 25:00",
        "yesterday 14",
        "noday 14:00",
        "14:60",
        "2 hoursago",
        "2x",
        "-2h",
        "1000000d",
        "2026-02-30",
        "2026-11-21T25:00:00Z",
        "last"
      })
  void whatIsNoTimeIsRefusedWithAnExample(String text) {
    QueryException wrong = assertThrows(QueryException.class, () -> BERLIN.of(text));
    assertTrue(wrong.sentence().startsWith("`" + text + "` is no time"), wrong.sentence());
    assertTrue(wrong.sentence().contains("2026-11-21"), wrong.sentence());
  }
}
