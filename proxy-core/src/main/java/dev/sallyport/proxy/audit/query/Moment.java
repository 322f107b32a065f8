package dev.sallyport.proxy.audit.query;

import dev.sallyport.rules.load.Problem;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads a moment as people say it: `2026-11-21T03:46:00Z` (RFC 3339), `2026-11-21`, `2h` or `2
/// hours ago`, `now`, `today`, `yesterday`, `last tuesday`, each day also with a time behind it:
/// `yesterday 14:00`. A day without a time means its first moment, a time without a day today.
///
/// @param now what ages and words start from
/// @param zone in which days begin
public record Moment(Instant now, ZoneId zone) {
  private static final Pattern AGO =
      Pattern.compile(
          "([0-9]{1,6}) ?(s|m|h|d|w|(?:sec(?:ond)?|min(?:ute)?|hour|day|week)s?)( ago)?");
  private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
  private static final Pattern WITH_TIME =
      Pattern.compile("(?:(.+?)(?: at)?[ t])?([0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)");
  private static final int SHORT_HOUR = "9:00".length();
  private static final String LAST = "last ";
  private static final Map<Character, Duration> UNITS =
      Map.of(
          's', Duration.ofSeconds(1),
          'm', Duration.ofMinutes(1),
          'h', Duration.ofHours(1),
          'd', Duration.ofDays(1),
          'w', Duration.ofDays(7));

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
                          + " `2026-11-21`, `2h`, `3d`, `yesterday 14:00` or `last tuesday`"));
    } catch (DateTimeException | ArithmeticException e) {
      throw new QueryException(
          Problem.quote(text)
              + " is no time; expected one such as `2026-11-21T03:46:00Z` or `2026-11-21`");
    }
  }

  private Optional<Instant> said(String words) {
    Matcher ago = AGO.matcher(words);
    if (ago.matches()) {
      Duration unit = UNITS.getOrDefault(ago.group(2).charAt(0), Duration.ZERO);
      return Optional.of(now.minus(unit.multipliedBy(Long.parseLong(ago.group(1)))));
    }
    if (words.equals("now")) {
      return Optional.of(now);
    }
    Matcher withTime = WITH_TIME.matcher(words);
    if (withTime.matches()) {
      String day = Optional.ofNullable(withTime.group(1)).orElse("today");
      return day(day).map(date -> moment(date, time(withTime.group(2))));
    }
    return day(words).map(date -> moment(date, LocalTime.MIN)).or(() -> written(words));
  }

  private Optional<LocalDate> day(String words) {
    return switch (words) {
      case "today" -> Optional.of(today());
      case "yesterday" -> Optional.of(today().minusDays(1));
      case "last week" ->
          Optional.of(
              today().with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)).minusWeeks(1));
      case "this week" ->
          Optional.of(today().with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)));
      default ->
          DATE.matcher(words).matches() ? Optional.of(LocalDate.parse(words)) : weekday(words);
    };
  }

  /// The day of that name before today: on a Tuesday `last tuesday` is a week ago, and `tuesday` is
  /// today.
  private Optional<LocalDate> weekday(String words) {
    boolean last = words.startsWith(LAST);
    String name = last ? words.substring(LAST.length()) : words;
    return Arrays.stream(DayOfWeek.values())
        .filter(day -> day.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .map(
            day ->
                today()
                    .with(
                        last
                            ? TemporalAdjusters.previous(day)
                            : TemporalAdjusters.previousOrSame(day)));
  }

  private static Optional<Instant> written(String words) {
    boolean digits = !words.isEmpty() && Character.isDigit(words.charAt(0));
    return digits && words.indexOf('t') > 0
        ? Optional.of(OffsetDateTime.parse(words.toUpperCase(Locale.ROOT)).toInstant())
        : Optional.empty();
  }

  private static LocalTime time(String text) {
    return LocalTime.parse(text.length() == SHORT_HOUR ? "0" + text : text);
  }

  private LocalDate today() {
    return LocalDate.ofInstant(now, zone);
  }

  private Instant moment(LocalDate day, LocalTime time) {
    return time.equals(LocalTime.MIN)
        ? day.atStartOfDay(zone).toInstant()
        : day.atTime(time).atZone(zone).toInstant();
  }
}
