package dev.sallyport.proxy.doctor;

import static dev.sallyport.proxy.doctor.Group.VARIABLES;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// `NO_PROXY`: the hosts that clients reach without the gate. Nothing but this machine may be among
/// them. Pure.
final class NoProxy {
  private static final String NAME = "NO_PROXY, no_proxy";

  /// Blanks or commas, as Claude Code has it.
  private static final Pattern BETWEEN = Pattern.compile("[,\\s]+");

  private static final Set<String> LOOPBACK =
      Set.of("localhost", ".localhost", "::1", "[::1]", "::1/128");

  private static final Pattern LOOPBACK_IPV4 =
      Pattern.compile("127(?:\\.\\d{1,3}){0,3}\\.?(?:/(?:8|16|24|32))?");

  private NoProxy() {}

  static Finding check(Map<String, String> environment, GateAddress gate) {
    Optional<String> large = value(environment, "NO_PROXY");
    Optional<String> small = value(environment, "no_proxy");
    List<String> holes = new ArrayList<>();
    large.ifPresent(value -> holes.addAll(holes(value, gate)));
    small.ifPresent(
        value ->
            holes(value, gate).stream().filter(hole -> !holes.contains(hole)).forEach(holes::add));
    if (!holes.isEmpty()) {
      return Finding.fails(
          VARIABLES,
          NAME,
          "sends clients past the gate for " + VariableTable.named(holes),
          "leave this machine alone in it: export NO_PROXY=localhost,127.0.0.1,::1"
              + " no_proxy=localhost,127.0.0.1,::1");
    }
    if (large.isEmpty() && small.isEmpty()) {
      return Finding.note(
          VARIABLES,
          NAME,
          "is not set: what is on this machine goes through the gate too, and is refused there",
          "export NO_PROXY=localhost,127.0.0.1,::1 no_proxy=localhost,127.0.0.1,::1");
    }
    return Finding.fine(VARIABLES, NAME, "only this machine is reached without the gate");
  }

  /// Entries that name more than this machine or the gate itself.
  static List<String> holes(String value, GateAddress gate) {
    return BETWEEN
        .splitAsStream(value)
        .filter(entry -> !entry.isEmpty())
        .filter(entry -> !isHarmless(entry, gate))
        .toList();
  }

  private static boolean isHarmless(String entry, GateAddress gate) {
    return LOOPBACK.contains(entry)
        || LOOPBACK_IPV4.matcher(entry).matches()
        || entry.equals(gate.host())
        || entry.equals(gate.authority());
  }

  private static Optional<String> value(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }
}
