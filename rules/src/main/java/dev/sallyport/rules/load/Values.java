package dev.sallyport.rules.load;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the values that have a form of their own. Whatever is not exactly that form is nothing.
public final class Values {
  /// Digits that a number may have: enough for every limit, and no multiplication by a unit
  /// overflows.
  private static final int MAX_DIGITS = 9;

  private static final Pattern QUANTITY =
      Pattern.compile("(0|[1-9][0-9]{0," + (MAX_DIGITS - 1) + "})([a-zA-Z]+)");

  private Values() {}

  /// Reads a whole number of at most nine digits, without leading zeros or a plus sign.
  public static Optional<Integer> integer(String text) {
    int start = text.startsWith("-") ? 1 : 0;
    int digits = text.length() - start;
    if (digits < 1 || digits > MAX_DIGITS || (digits > 1 && text.charAt(start) == '0')) {
      return Optional.empty();
    }
    for (int i = start; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return Optional.empty();
      }
    }
    return Optional.of(Integer.parseInt(text));
  }

  /// Reads `250ms`, `10s`, `30m`, `12h` or `400d`: a whole number and a unit.
  public static Optional<Duration> duration(String text) {
    Matcher quantity = QUANTITY.matcher(text);
    if (!quantity.matches()) {
      return Optional.empty();
    }
    int number = Integer.parseInt(quantity.group(1));
    return switch (quantity.group(2)) {
      case "ms" -> Optional.of(Duration.ofMillis(number));
      case "s" -> Optional.of(Duration.ofSeconds(number));
      case "m" -> Optional.of(Duration.ofMinutes(number));
      case "h" -> Optional.of(Duration.ofHours(number));
      case "d" -> Optional.of(Duration.ofDays(number));
      default -> Optional.empty();
    };
  }

  /// Reads `512B`, `64KiB`, `256MiB` or `2GiB` as octets: a whole number and a binary unit.
  public static Optional<Long> size(String text) {
    Matcher quantity = QUANTITY.matcher(text);
    if (!quantity.matches()) {
      return Optional.empty();
    }
    long number = Integer.parseInt(quantity.group(1));
    return switch (quantity.group(2)) {
      case "B" -> Optional.of(number);
      case "KiB" -> Optional.of(number << 10);
      case "MiB" -> Optional.of(number << 20);
      case "GiB" -> Optional.of(number << 30);
      default -> Optional.empty();
    };
  }

  /// Reads an RFC 3339 time in UTC, such as `2026-12-01T00:00:00Z`.
  public static Optional<Instant> timestamp(String text) {
    if (!text.endsWith("Z")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException wrong) {
      return Optional.empty();
    }
  }

  /// A duration in the form in which it is read, in its largest whole unit.
  public static String text(Duration duration) {
    long millis = duration.toMillis();
    if (millis % 1000 != 0) {
      return millis + "ms";
    }
    long seconds = millis / 1000;
    if (seconds == 0 || seconds % 60 != 0) {
      return seconds + "s";
    }
    if (seconds % 3600 != 0) {
      return seconds / 60 + "m";
    }
    return seconds % 86_400 != 0 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
  }

  /// A size in octets in the form in which it is read, in its largest whole unit.
  public static String sizeText(long octets) {
    String[] units = {"B", "KiB", "MiB", "GiB"};
    int unit = 0;
    long number = octets;
    while (unit < units.length - 1 && number != 0 && number % 1024 == 0) {
      number /= 1024;
      unit++;
    }
    return number + units[unit];
  }
}
