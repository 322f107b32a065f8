package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.PolicyOrigin;
import dev.sallyport.rules.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// The lines of a policy as its author wrote them.
final class PolicyText {
  /// Characters of a line that are shown.
  private static final int MAX_SHOWN = 160;

  private PolicyText() {}

  /// What stands on the line of a place, without the white space around it; empty when the file is
  /// gone or cannot be read.
  static Optional<String> line(PolicyOrigin origin, Place place) {
    if (place.line() == 0) {
      return Optional.empty();
    }
    return switch (origin) {
      case PolicyOrigin.Text(String _, String text) -> line(text.lines(), place);
      case PolicyOrigin.File(Path _) -> line(Path.of(place.file()), place);
      case PolicyOrigin.Bounded(PolicyOrigin.File outer, Optional<PolicyOrigin> inner) ->
          inner
              .filter(named -> place.file().equals(named.shown()))
              .flatMap(named -> line(named, place))
              .or(() -> line(outer, place));
    };
  }

  private static Optional<String> line(Path file, Place place) {
    try (Stream<String> lines = Files.lines(file)) {
      return line(lines, place);
    } catch (IOException | UncheckedIOException gone) {
      return Optional.empty();
    }
  }

  private static Optional<String> line(Stream<String> lines, Place place) {
    return lines
        .skip(place.line() - 1L)
        .findFirst()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .map(line -> line.length() > MAX_SHOWN ? line.substring(0, MAX_SHOWN) + "…" : line);
  }
}
