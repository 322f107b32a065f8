package dev.sallyport.proxy.doctor;

import static dev.sallyport.proxy.doctor.Group.GATE;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What is to be said of what a gate says of itself. Pure.
final class GateFacts {
  /// How far two clocks may be apart: leaves of refusals live for minutes, and events are put in
  /// order by time.
  static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(30);

  /// Less than this is not worth telling.
  private static final Duration AGREE = Duration.ofSeconds(1);

  /// How long before its end a certificate is told of.
  static final Duration EXPIRY_NOTICE = Duration.ofDays(30);

  private GateFacts() {}

  /// @param now this machine's time when the page was asked for
  static List<Finding> of(GateStatus status, Instant now) {
    List<Finding> findings = new ArrayList<>();
    findings.add(identity(status));
    findings.add(Finding.fine(GATE, "policy", status.policy()));
    findings.add(mode(status));
    findings.add(clock(status.time(), now));
    findings.add(authority(status, now));
    return findings;
  }

  private static Finding identity(GateStatus status) {
    String who =
        status.identity().equals("none") ? "no credentials" : "known by " + status.identity();
    return status
        .profile()
        .map(profile -> Finding.fine(GATE, "identity", who + ", profile `" + profile + "`"))
        .orElseGet(
            () ->
                Finding.fails(
                    GATE,
                    "identity",
                    who + ": the policy assigns no profile, so that nothing is allowed",
                    "put NAME:TOKEN into the proxy variables (`sallyport token add NAME`), or"
                        + " assign this client a profile in the policy"));
  }

  private static Finding mode(GateStatus status) {
    if (!status.reports().isEmpty()) {
      return Finding.fails(
          GATE,
          "mode",
          "REPORT MODE: what the rules refuse is let through (of "
              + String.join("; of ", status.reports())
              + ")",
          "take `mode: report` out of the policy, or end the break-glass, when what was recorded"
              + " has been looked at (`sallyport policy suggest`)");
    }
    return status.unlisted().equals("allow")
        ? Finding.note(
            GATE,
            "mode",
            "enforced, and an entry lets any host pass",
            "see `any: true` in the policy")
        : Finding.fine(
            GATE,
            "mode",
            status.unlisted().equals("ask")
                ? "enforced; hosts that nobody listed are asked for"
                : "enforced");
  }

  private static Finding clock(Instant theirs, Instant ours) {
    Duration apart = Duration.between(ours, theirs);
    String words =
        String.format(
            Locale.ROOT,
            "%.1f s %s the gate's",
            Math.abs(apart.toMillis()) / 1000.0,
            apart.isNegative() ? "ahead of" : "behind");
    if (apart.abs().compareTo(AGREE) < 0) {
      return Finding.fine(GATE, "clock", "agrees with the gate's");
    }
    return apart.abs().compareTo(CLOCK_TOLERANCE) <= 0
        ? Finding.fine(GATE, "clock", words)
        : Finding.fails(
            GATE,
            "clock",
            words + ", more than " + CLOCK_TOLERANCE.toSeconds() + " s",
            "set both clocks by the same source: certificates of minutes are refused, and the"
                + " audit's times mean nothing beside this machine's");
  }

  private static Finding authority(GateStatus status, Instant now) {
    if (status.rootExpires().isEmpty()) {
      return Finding.fine(GATE, "authority", "none: nothing is intercepted or refused in band");
    }
    Instant end = status.rootExpires().get();
    String until = "until " + end.truncatedTo(ChronoUnit.DAYS).toString().substring(0, 10);
    if (end.isBefore(now)) {
      return Finding.fails(
          GATE, "authority", "its root has ended: " + until, "make a new one and trust it");
    }
    return end.isBefore(now.plus(EXPIRY_NOTICE))
        ? Finding.note(
            GATE, "authority", "its root ends soon: " + until, "make a new one and trust it")
        : Finding.fine(
            GATE,
            "authority",
            until + (status.refusesInBand() ? ", refuses in band" : ", does not refuse in band"));
  }
}
