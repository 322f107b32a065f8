package dev.sallyport.rules.load;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Reads scalars as what their keys ask for. Whatever is not that is nothing, and a problem at the
/// scalar's place that says what was expected.
record ScalarTypes(Problems problems) {
  /// One line of 1 to `max` characters that a person can read.
  Optional<String> line(String key, Node.Scalar scalar, int max) {
    String text = scalar.text();
    boolean good =
        !text.isBlank() && text.length() <= max && text.codePoints().noneMatch(Unseen::isUnseen);
    if (good) {
      return Optional.of(text);
    }
    return wrong(key, scalar, "one line of 1 to " + max + " characters", "");
  }

  /// `true` or `false`, without quotes.
  Optional<Boolean> bool(String key, Node.Scalar scalar) {
    return switch (plain(scalar)) {
      case "true" -> Optional.of(true);
      case "false" -> Optional.of(false);
      default -> wrong(key, scalar, "`true` or `false`", "");
    };
  }

  /// A whole number from `min` to `max`, without quotes.
  Optional<Integer> integer(String key, Node.Scalar scalar, int min, int max) {
    return Values.integer(plain(scalar))
        .filter(found -> found >= min && found <= max)
        .or(() -> wrong(key, scalar, "a whole number of " + min + " to " + max, ""));
  }

  /// A duration from `min` to `max`.
  Optional<Duration> duration(String key, Node.Scalar scalar, Duration min, Duration max) {
    String expected = "a duration of " + Values.text(min) + " to " + Values.text(max);
    return Values.duration(scalar.text())
        .filter(found -> found.compareTo(min) >= 0 && found.compareTo(max) <= 0)
        .or(() -> wrong(key, scalar, expected, "write a number and ms, s, m, h or d, as in `10s`"));
  }

  /// A size in octets from `min` to `max`.
  Optional<Long> size(String key, Node.Scalar scalar, long min, long max) {
    String expected = "a size of " + Values.sizeText(min) + " to " + Values.sizeText(max);
    return Values.size(scalar.text())
        .filter(found -> found >= min && found <= max)
        .or(
            () ->
                wrong(
                    key, scalar, expected, "write a number and B, KiB, MiB or GiB, as in `64KiB`"));
  }

  /// A time in UTC.
  Optional<Instant> timestamp(String key, Node.Scalar scalar) {
    return Values.timestamp(scalar.text())
        .or(() -> wrong(key, scalar, "a time in UTC", "write it as in `2026-12-01T00:00:00Z`"));
  }

  /// One of a few words.
  Optional<String> choice(String key, Node.Scalar scalar, List<String> words) {
    String text = scalar.text();
    if (words.contains(text)) {
      return Optional.of(text);
    }
    return wrong(key, scalar, oneOf(words), Spelling.suggestion(text, words).orElse(""));
  }

  /// Records that a key has something else behind it than expected; always empty.
  <T> Optional<T> wrong(String key, Node node, String expected, String hint) {
    String found = node instanceof Node.Scalar scalar ? Problem.quote(scalar.text()) : node.kind();
    problems.add(
        node.place(), Problem.quote(key) + " must be " + expected + ", not " + found, hint);
    return Optional.empty();
  }

  /// The text of a scalar without quotes; text in quotes is no number and no truth value.
  private static String plain(Node.Scalar scalar) {
    return scalar.style() == Node.Style.PLAIN ? scalar.text() : "";
  }

  private static String oneOf(List<String> words) {
    List<String> quoted = words.stream().map(Problem::quote).toList();
    return quoted.size() == 1
        ? quoted.getFirst()
        : String.join(", ", quoted.subList(0, quoted.size() - 1)) + " or " + quoted.getLast();
  }
}
