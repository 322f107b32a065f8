package dev.sallyport.proxy.audit.report;

import dev.sallyport.proxy.audit.EventField;
import dev.sallyport.proxy.audit.RecordedEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds what nobody should read over: times in which the policy did not hold as written, and
/// events that are missing.
final class Attention {
  private static final String BREAK_GLASS = "break-glass";

  private final Map<Matter, Counters> matters = new EnumMap<>(Matter.class);

  /// What it looks for, the worst first.
  private enum Matter {
    BREAK_GLASS("BREAK-GLASS was in force"),
    REPORT_MODE("REPORT MODE let through what enforcement would have refused"),
    KILL("the kill switch was used"),
    GAP("the gate could not write every event"),
    REJECTED("a policy was rejected and the one before stayed in force"),
    EXPIRED("an exception expired");

    private final String sentence;

    Matter(String sentence) {
      this.sentence = sentence;
    }
  }

  void look(RecordedEvent event, Instant at) {
    matter(event)
        .ifPresent(
            matter ->
                matters
                    .computeIfAbsent(matter, _ -> new Counters())
                    .decided(
                        at,
                        Timeline.Verdict.ALLOWED,
                        event.text(EventField.USER_NAME).orElse(Report.NOBODY)));
  }

  List<Report.Notice> notices() {
    List<Report.Notice> notices = new ArrayList<>();
    matters.forEach(
        (matter, counters) ->
            notices.add(
                new Report.Notice(
                    matter.sentence,
                    counters.decisions(),
                    counters.first(),
                    counters.last(),
                    counters.users())));
    return notices;
  }

  private static Optional<Matter> matter(RecordedEvent event) {
    return switch (event.kind()) {
      case "decision" -> decided(event);
      case "kill" -> {
        boolean glass = event.text("sallyport.kill.action").orElse("").startsWith(BREAK_GLASS);
        yield Optional.of(glass ? Matter.BREAK_GLASS : Matter.KILL);
      }
      case "gap" -> Optional.of(Matter.GAP);
      case "policy.rejected" -> Optional.of(Matter.REJECTED);
      case "exception.expired" -> Optional.of(Matter.EXPIRED);
      default ->
          event.kind().startsWith(BREAK_GLASS) ? Optional.of(Matter.BREAK_GLASS) : Optional.empty();
    };
  }

  private static Optional<Matter> decided(RecordedEvent event) {
    boolean allowed = event.text(EventField.DECISION).orElse("").equals("allow");
    String reason = event.text(EventField.REASON).orElse("");
    if (allowed && event.text(EventField.BREAK_GLASS).isPresent()) {
      return Optional.of(Matter.BREAK_GLASS);
    }
    boolean reported = reason.equals("reported") || event.text(EventField.WOULD_REASON).isPresent();
    return allowed && reported ? Optional.of(Matter.REPORT_MODE) : Optional.empty();
  }
}
