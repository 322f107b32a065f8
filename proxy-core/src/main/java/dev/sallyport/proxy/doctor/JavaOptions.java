package dev.sallyport.proxy.doctor;

import static dev.sallyport.proxy.doctor.Group.VARIABLES;

import dev.sallyport.proxy.trust.JvmOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The system properties that an environment gives every JVM. JVMs read no proxy variable. Pure.
final class JavaOptions {
  /// What a JVM reads, in this order; a later one counts more.
  private static final List<String> VARIABLES_OF_JVMS =
      List.of("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS");

  private static final String NAME = "JAVA_TOOL_OPTIONS";

  private JavaOptions() {}

  static Finding check(Map<String, String> environment, GateAddress gate) {
    List<String> wrong = new ArrayList<>();
    for (String scheme : List.of("https", "http")) {
      String host = property(environment, scheme + ".proxyHost").orElse("");
      String port = property(environment, scheme + ".proxyPort").orElse("");
      if (!host.equals(gate.host()) || !port.equals(String.valueOf(gate.port()))) {
        wrong.add(scheme);
      }
    }
    if (!wrong.isEmpty()) {
      return Finding.fails(
          VARIABLES,
          NAME,
          "does not lead JVMs to the gate for " + String.join(" and ", wrong),
          "export JAVA_TOOL_OPTIONS='-Dhttps.proxyHost=%1$s -Dhttps.proxyPort=%2$d -Dhttp.proxyHost=%1$s -Dhttp.proxyPort=%2$d -Dhttp.nonProxyHosts=localhost|127.*|[::1]'"
              .formatted(gate.host(), gate.port()));
    }
    if (property(environment, "socksProxyHost").isPresent()) {
      return Finding.fails(
          VARIABLES,
          NAME,
          "names a SOCKS proxy, which every other connection of a JVM takes",
          "take -DsocksProxyHost out of it");
    }
    List<String> holes =
        property(environment, "http.nonProxyHosts").stream()
            .flatMap(value -> List.of(value.split("\\|", -1)).stream())
            .filter(entry -> !entry.isEmpty() && !entry.equals("localhost"))
            .filter(entry -> !entry.startsWith("127.") && !entry.equals("[::1]"))
            .toList();
    return holes.isEmpty()
        ? Finding.fine(VARIABLES, NAME, "leads JVMs to the gate")
        : Finding.fails(
            VARIABLES,
            NAME,
            "sends JVMs past the gate for " + VariableTable.named(holes),
            "leave -Dhttp.nonProxyHosts=localhost|127.*|[::1]");
  }

  /// The value of a system property that JVMs get; the last one counts.
  static Optional<String> property(Map<String, String> environment, String name) {
    Optional<String> last = Optional.empty();
    for (String variable : VARIABLES_OF_JVMS) {
      Optional<String> before = last;
      last = JvmOptions.property(environment.getOrDefault(variable, ""), name).or(() -> before);
    }
    return last;
  }
}
