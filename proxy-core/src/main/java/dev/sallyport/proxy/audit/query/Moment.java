package dev.sallyport.proxy.audit.query;

import dev.sallyport.rules.load.Problem;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.TemporalAdjusters;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads a moment as people say it: `2026-11-21T03:46:00Z` (RFC 3339), `2026-11-21`, `2h` (ago),
/// `now`, `today`, `yesterday`, `last tuesday`. A day means its first moment.
///
/// @param now what ages and words start from
/// @param zone in which days begin
public record Moment(Instant now, ZoneId zone) {
  private static final Pattern AGO = Pattern.compile("([0-9]{1,6})(s|m|h|d|w)( ago)?");
  private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
  private static final String LAST = "last ";
  private static final Map<String, Duration> UNITS =
      Map.of(
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1),
          "w", Duration.ofDays(7));

  /// The moment that a text means.
  ///
  /// @throws QueryException when it means none
  public Instant of(String text) throws QueryException {
    String words = text.strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
    try {
      return said(words)
          .orElseThrow(
              () ->
                  new QueryException(
                      Problem.quote(text)
                          + " is no time; expected one such as `2026-11-21T03:46:00Z`,"
                          + " `2026-11-21`, `2h`, `3d`, `yesterday` or `last tuesday`"));
    } catch (DateTimeException | ArithmeticException e) {
      throw new QueryException(
          Problem.quote(text)
              + " is no time; expected one such as `2026-11-21T03:46:00Z` or `2026-11-21`");
    }
  }

  private Optional<Instant> said(String words) {
    Matcher ago = AGO.matcher(words);
    if (ago.matches()) {
      Duration unit = UNITS.getOrDefault(ago.group(2), Duration.ZERO);
      return Optional.of(now.minus(unit.multipliedBy(Long.parseLong(ago.group(1)))));
    }
    return switch (words) {
      case "now" -> Optional.of(now);
      case "today" -> Optional.of(beginning(today()));
      case "yesterday" -> Optional.of(beginning(today().minusDays(1)));
      default -> words.startsWith(LAST) ? lastDay(words) : written(words);
    };
  }

  /// The day of that name before today: on a Tuesday `last tuesday` is a week ago.
  private Optional<Instant> lastDay(String words) {
    return Arrays.stream(DayOfWeek.values())
        .filter(day -> day.name().toLowerCase(Locale.ROOT).equals(words.substring(LAST.length())))
        .findFirst()
        .map(day -> beginning(today().with(TemporalAdjusters.previous(day))));
  }

  private Optional<Instant> written(String words) {
    if (DATE.matcher(words).matches()) {
      return Optional.of(beginning(LocalDate.parse(words)));
    }
    boolean digits = !words.isEmpty() && Character.isDigit(words.charAt(0));
    return digits && words.indexOf('t') > 0
        ? Optional.of(OffsetDateTime.parse(words.toUpperCase(Locale.ROOT)).toInstant())
        : Optional.empty();
  }

  private LocalDate today() {
    return LocalDate.ofInstant(now, zone);
  }

  private Instant beginning(LocalDate day) {
    ZonedDateTime first = day.atStartOfDay(zone);
    return first.toInstant();
  }
}
