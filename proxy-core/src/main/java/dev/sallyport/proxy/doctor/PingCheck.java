package dev.sallyport.proxy.doctor;

import static dev.sallyport.proxy.doctor.Group.ROUND;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// ICMP echo, by the system's `ping`, which may send it where this program may not.
final class PingCheck {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private PingCheck() {}

  static List<Check> of(Plan plan, Closed closed) {
    List<Check> checks = new ArrayList<>();
    Optional<Path> ping = Programs.find("ping", plan.environment());
    for (String address : plan.targets().outside()) {
      String name = "icmp" + RoundChecks.family(address);
      if (ping.isEmpty()) {
        checks.add(
            new Look(
                ROUND,
                name,
                List.of(),
                () -> Finding.skipped(ROUND, name, "there is no `ping` to try it with")));
      } else {
        List<String> command = List.of(ping.get().toString(), "-n", "-c", "1", "-W", "1", address);
        checks.add(
            new Look(
                ROUND,
                name,
                List.of(new Probe(ROUND, name, address, "one echo request")),
                () ->
                    closed.judge(
                        name,
                        address,
                        at(
                            address,
                            CommandOutput.of(
                                command,
                                plan.machine(),
                                Map.of(
                                    "LC_ALL",
                                    "C",
                                    "PATH",
                                    plan.environment().getOrDefault("PATH", "")),
                                PATIENCE)),
                        Closed.Answers.NO)));
      }
    }
    return checks;
  }

  private static Attempt at(String address, CommandOutput output) {
    Attempt attempt = attempt(output);
    return attempt == Attempt.OPEN && Direct.isOwn(InetAddress.ofLiteral(address))
        ? Attempt.OWN
        : attempt;
  }

  /// What ping says. Pure.
  static Attempt attempt(CommandOutput output) {
    String text = output.text().toLowerCase(Locale.ROOT);
    if (output.exit() == 0) {
      return Attempt.OPEN;
    }
    if (text.contains("network is unreachable") || text.contains("cannot assign")) {
      return Attempt.NO_ROUTE;
    }
    if (text.contains("not permitted") || text.contains("permission denied")) {
      return Attempt.FORBIDDEN;
    }
    if (text.contains("unreachable") || text.contains("filtered")) {
      return Attempt.UNREACHABLE;
    }
    return Attempt.SILENT;
  }
}
