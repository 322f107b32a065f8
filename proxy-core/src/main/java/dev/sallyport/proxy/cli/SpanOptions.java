package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.audit.Span;
import dev.sallyport.proxy.audit.query.Moment;
import dev.sallyport.proxy.audit.query.QueryException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which stretch of time a command looks at.
final class SpanOptions {
  @Option(
      names = {"--since", "--from"},
      paramLabel = "TIME",
      description = {
        "Events from then on: 2026-11-21T03:46:00Z, 2026-11-21, 2h or 3d (ago), today, yesterday,",
        "`last tuesday`. A day begins in the time zone of this machine."
      })
  private @Nullable String since;

  @Option(
      names = {"--until", "--to"},
      paramLabel = "TIME",
      description = "Events before then.")
  private @Nullable String until;

  /// The stretch.
  ///
  /// @throws CommandFailure when a time cannot be understood or the end is before the beginning
  Span span(Surroundings surroundings) throws CommandFailure {
    Moment moment = new Moment(surroundings.clock().instant(), ZoneId.systemDefault());
    Optional<Instant> from = instant(moment, "--since", since);
    Optional<Instant> to = instant(moment, "--until", until);
    if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
      throw CommandFailure.unusable(
          "`--until` (" + to.get() + ") is not behind `--since` (" + from.get() + ")");
    }
    return Span.of(from, to);
  }

  private static Optional<Instant> instant(Moment moment, String option, @Nullable String text)
      throws CommandFailure {
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(moment.of(text));
    } catch (QueryException wrong) {
      throw CommandFailure.unusable("`" + option + "`: " + wrong.sentence());
    }
  }
}
