package dev.sallyport.rules.load;

import dev.sallyport.rules.ReportMode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Reads `mode: report` with its `owner` and `until`.
final class ReportReader {
  private ReportReader() {}

  /// The report mode of a policy, a class or a profile; empty when it enforces.
  static Optional<ReportMode> read(Fields fields) {
    Optional<String> mode = fields.choice("mode", List.of("report"));
    Optional<String> owner = fields.line("owner", Language.MAX_LINE);
    Optional<Instant> until = fields.timestamp("until");
    for (String key : List.of("owner", "until")) {
      if (mode.isPresent() && !fields.has(key)) {
        fields.problem(
            "mode",
            "`mode: report` refuses nothing and needs " + Problem.quote(key),
            "write `mode: report, owner: NAME, until: 2026-12-01T00:00:00Z`");
      } else if (!fields.has("mode") && fields.has(key)) {
        fields.problem(key, Problem.quote(key) + " belongs to `mode: report`", "remove it");
      }
    }
    return mode.isPresent() && owner.isPresent() && until.isPresent()
        ? Optional.of(new ReportMode(owner.get(), until.get()))
        : Optional.empty();
  }
}
