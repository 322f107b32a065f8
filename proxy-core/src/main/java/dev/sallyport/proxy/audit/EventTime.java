package dev.sallyport.proxy.audit;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// Writes times as RFC 3339 in UTC with microseconds: `2026-11-21T03:46:00.123456Z`. Remembers the
/// last second, because events come many to a second. Not safe for use by several threads.
final class EventTime {
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.").withZone(ZoneOffset.UTC);
  private static final int NANOS_PER_MICRO = 1_000;
  private static final int FRACTION_DIGITS = 6;

  private long lastSecond = Long.MIN_VALUE;
  private String lastText = "";

  String text(Instant at) {
    if (at.getEpochSecond() != lastSecond) {
      lastSecond = at.getEpochSecond();
      lastText = SECONDS.format(at);
    }
    StringBuilder text = new StringBuilder(lastText.length() + FRACTION_DIGITS + 1);
    String micros = Integer.toString(at.getNano() / NANOS_PER_MICRO);
    text.append(lastText).repeat('0', FRACTION_DIGITS - micros.length());
    return text.append(micros).append('Z').toString();
  }
}
