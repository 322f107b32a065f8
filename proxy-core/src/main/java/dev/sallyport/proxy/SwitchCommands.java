package dev.sallyport.proxy;

import dev.sallyport.proxy.admin.ControlCommand;
import dev.sallyport.proxy.admin.ControlReply;
import dev.sallyport.proxy.admin.ControlRequest;
import dev.sallyport.proxy.state.KillTargets;
import dev.sallyport.rules.BreakGlass;
import dev.sallyport.rules.Kill;
import dev.sallyport.rules.Switches;
import dev.sallyport.rules.load.Problem;
import dev.sallyport.rules.load.Values;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The commands of the control socket that switch something by hand: `kill`, `unkill`,
/// `break-glass`.
final class SwitchCommands {
  /// Characters of a reason.
  static final int MAX_REASON = 256;

  /// Characters of what a kill switch is against.
  static final int MAX_TARGET = 256;

  private static final String REASON = "reason";

  private final Changes changes;
  private final Optional<Duration> longestGlass;

  /// @param longestGlass for how long the organisation lets one break the glass; empty means never
  SwitchCommands(Changes changes, Optional<Duration> longestGlass) {
    this.changes = changes;
    this.longestGlass = longestGlass;
  }

  /// By name.
  Map<String, ControlCommand> all() {
    return Map.of(
        "kill", this::kill,
        "unkill", this::unkill,
        "break-glass", this::breakGlass,
        "break-glass-review", this::review);
  }

  /// What is switched, for a person; nothing when nothing is.
  static Map<String, Object> facts(Switches switches, Instant now) {
    Map<String, Object> facts = new LinkedHashMap<>();
    if (!switches.kills().isEmpty()) {
      facts.put("killed", switches.kills().stream().map(SwitchCommands::text).toList());
    }
    switches.brokenAt(now).ifPresent(glass -> facts.put("BREAK GLASS", text(glass)));
    List<String> past =
        switches.glasses().stream()
            .filter(glass -> !glass.isInForce(now))
            .map(SwitchCommands::text)
            .toList();
    if (!past.isEmpty()) {
      facts.put("break-glass to review", past);
    }
    return facts;
  }

  private static String text(Kill kill) {
    return "%s by %s at %s: %s".formatted(kill.target(), kill.by(), kill.at(), kill.reason());
  }

  private static String text(BreakGlass glass) {
    return "%s by %s from %s until %s: %s"
        .formatted(glass.id(), glass.by(), glass.at(), glass.until(), glass.reason());
  }

  /// Arguments that cannot be used. The message is one sentence for a person.
  private static final class ArgumentException extends Exception {
    private static final long serialVersionUID = 1L;

    ArgumentException(String sentence) {
      super(sentence, null, false, false);
    }
  }

  private ControlReply kill(ControlRequest request) {
    try {
      Kill kill = new Kill(target(request), reason(request), request.by(), now());
      Changes.Switched done = changes.kill(kill);
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("killed", kill.target().toString());
      facts.put("connections ended", (long) done.ended());
      if (!done.warning().isEmpty()) {
        facts.put("warning", done.warning());
      }
      return new ControlReply.Done(facts);
    } catch (ArgumentException wrong) {
      return refused(wrong);
    }
  }

  private Instant now() {
    return changes.now().truncatedTo(ChronoUnit.MILLIS);
  }

  private ControlReply unkill(ControlRequest request) {
    try {
      Kill.Target target = target(request);
      if (changes.unkill(target, request.argument(REASON).orElse(""), request.by())) {
        return new ControlReply.Done(Map.of("no longer killed", target.toString()));
      }
      return new ControlReply.Refused(
          "no kill switch is on against " + target + named(request),
          changes.switches().kills().stream().map(kill -> "on: " + text(kill)).toList());
    } catch (ArgumentException wrong) {
      return refused(wrong);
    } catch (IOException failed) {
      return notKept(failed);
    }
  }

  private static String named(ControlRequest request) {
    boolean bare = KillTargets.KINDS.stream().noneMatch(request::has);
    return bare ? "; name one with --client, --host or --class" : "";
  }

  private ControlReply breakGlass(ControlRequest request) {
    if (longestGlass.isEmpty()) {
      return ControlReply.Refused.because(
          "the organisation does not permit it: /etc/sallyport/managed.yaml has no `break-glass:"
              + " {permitted: true}`");
    }
    try {
      String reason = reason(request);
      Duration time = time(request);
      BreakGlass glass = changes.breakGlass(time, reason, request.by());
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("BREAK GLASS", glass.id());
      facts.put("until", glass.until().toString());
      facts.put("loud", "every event and every report says so until `break-glass --review`");
      return new ControlReply.Done(facts);
    } catch (ArgumentException wrong) {
      return refused(wrong);
    } catch (IOException failed) {
      return notKept(failed);
    }
  }

  private ControlReply review(ControlRequest request) {
    try {
      List<BreakGlass> reviewed = changes.review(reason(request), request.by());
      return new ControlReply.Done(
          Map.of("reviewed", reviewed.stream().map(SwitchCommands::text).toList()));
    } catch (ArgumentException wrong) {
      return refused(wrong);
    } catch (IOException failed) {
      return notKept(failed);
    }
  }

  private Duration time(ControlRequest request) throws ArgumentException {
    String text = request.argument("for").orElse("");
    Duration longest = longestGlass.orElse(Duration.ZERO);
    Duration time =
        Values.duration(text)
            .filter(given -> given.isPositive())
            .orElseThrow(() -> new ArgumentException("a time is expected, as in --for 1h"));
    if (time.compareTo(longest) > 0) {
      throw new ArgumentException(
          Problem.quote(text)
              + " is longer than the organisation permits, which is "
              + Values.text(longest));
    }
    return time;
  }

  private static String reason(ControlRequest request) throws ArgumentException {
    return request
        .argument(REASON)
        .filter(text -> isLine(text, MAX_REASON))
        .orElseThrow(
            () ->
                new ArgumentException(
                    "a reason of 1 to "
                        + MAX_REASON
                        + " characters on one line is expected, as in --reason \"key leaked\""));
  }

  private static boolean isLine(String text, int max) {
    return !text.isBlank()
        && text.length() <= max
        && text.codePoints()
            .noneMatch(
                c ->
                    Character.isISOControl(c)
                        || Character.getType(c) == Character.FORMAT
                        || Character.getType(c) == Character.SURROGATE
                        || Character.getType(c) == Character.LINE_SEPARATOR
                        || Character.getType(c) == Character.PARAGRAPH_SEPARATOR);
  }

  private static Kill.Target target(ControlRequest request) throws ArgumentException {
    List<String> kinds = KillTargets.KINDS.stream().filter(request::has).toList();
    if (kinds.isEmpty()) {
      return new Kill.Target.Everything();
    }
    if (kinds.size() > 1) {
      throw new ArgumentException("one of client, host and class is expected, not several");
    }
    String kind = kinds.getFirst();
    String value = request.argument(kind).orElse("");
    return Optional.of(value)
        .filter(text -> isLine(text, MAX_TARGET))
        .flatMap(text -> KillTargets.of(kind, text))
        .orElseThrow(() -> new ArgumentException(Problem.quote(value) + " is no " + kind));
  }

  private static ControlReply refused(ArgumentException wrong) {
    return ControlReply.Refused.because(String.valueOf(wrong.getMessage()));
  }

  private static ControlReply notKept(IOException failed) {
    return ControlReply.Refused.because(
        "the state file cannot be written: " + failed.getMessage() + "; is the disk full?");
  }
}
