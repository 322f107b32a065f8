package dev.sallyport.proxy.doctor;

import static dev.sallyport.proxy.doctor.Group.VARIABLES;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// What an environment says of the way out. Pure: the same variables give the same findings.
final class VariableTable {
  private static final List<String> ALL = List.of("ALL_PROXY", "all_proxy");

  /// They count more than the usual ones for the tool whose name they carry; in small letters, as
  /// npm takes its own in any mixture.
  private static final Set<String> OVERRIDES =
      Set.of(
          "npm_config_proxy",
          "npm_config_https_proxy",
          "npm_config_http_proxy",
          "yarn_http_proxy",
          "yarn_https_proxy",
          "pip_proxy",
          "cargo_http_proxy",
          "ftp_proxy");

  /// With these values a tool takes any certificate.
  private static final Map<String, String> UNCHECKED =
      Map.of(
          "NODE_TLS_REJECT_UNAUTHORIZED", "0",
          "PYTHONHTTPSVERIFY", "0",
          "GIT_SSL_NO_VERIFY", "1",
          "CARGO_HTTP_SSL_VERIFY", "false",
          "npm_config_strict_ssl", "false");

  private final Map<String, String> environment;
  private final GateAddress gate;
  private final List<Finding> findings = new ArrayList<>();

  private VariableTable(Map<String, String> environment, GateAddress gate) {
    this.environment = environment;
    this.gate = gate;
  }

  /// Everything that the variables get wrong, and what they get right.
  ///
  /// @param gate where they should lead
  /// @param tools names of the programs that are there, such as `node`
  static List<Finding> check(Map<String, String> environment, GateAddress gate, Set<String> tools) {
    VariableTable table = new VariableTable(environment, gate);
    table.pair("HTTPS_PROXY");
    table.pair("HTTP_PROXY");
    table.all();
    table.findings.add(NoProxy.check(environment, gate));
    if (tools.contains("node")) {
      table.node();
    }
    if (tools.contains("java")) {
      table.findings.add(JavaOptions.check(environment, gate));
    }
    table.overrides();
    table.unchecked();
    return table.findings;
  }

  private Optional<String> value(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  /// Both spellings: curl and wget read `http_proxy` in small letters only, others only the large.
  private void pair(String large) {
    String small = large.toLowerCase(Locale.ROOT);
    List<String> missing = new ArrayList<>();
    List<String> elsewhere = new ArrayList<>();
    List<String> otherwise = new ArrayList<>();
    for (String name : List.of(large, small)) {
      Optional<String> value = value(name);
      Optional<GateAddress> leads = value.flatMap(GateAddress::of);
      if (value.isEmpty()) {
        missing.add(name);
      } else if (leads.isEmpty() || !leads.get().isSamePlace(gate)) {
        elsewhere.add(name);
      } else if (!leads.get().equals(gate)) {
        otherwise.add(name);
      }
    }
    String name = large + ", " + small;
    if (!missing.isEmpty()) {
      fails(
          name,
          named(missing) + (missing.size() == 1 ? " is not set" : " are not set"),
          "export both spellings, since tools differ in which one they read: " + export(missing));
    } else if (!elsewhere.isEmpty()) {
      fails(
          name,
          named(elsewhere) + " does not lead to " + gate.url(),
          "set both to the gate: " + export(elsewhere));
    } else if (!otherwise.isEmpty()) {
      fails(
          name,
          named(otherwise) + " leads to the gate with other credentials than the other spelling",
          "give both the same NAME:TOKEN");
    } else {
      fine(name, "lead to " + gate.url());
    }
  }

  private String export(List<String> names) {
    String to = gate.authorization().isPresent() ? "NAME:TOKEN@" : "";
    String url = (gate.tls() ? "https://" : "http://") + to + gate.authority();
    return "export " + String.join(" ", names.stream().map(name -> name + "=" + url).toList());
  }

  private void all() {
    Set<String> set = new LinkedHashSet<>();
    ALL.stream().filter(name -> value(name).isPresent()).forEach(set::add);
    if (set.isEmpty()) {
      return;
    }
    boolean alone = GateAddress.VARIABLES.stream().allMatch(name -> value(name).isEmpty());
    boolean same =
        set.stream()
            .allMatch(
                name -> value(name).flatMap(GateAddress::of).filter(gate::isSamePlace).isPresent());
    String name = String.join(", ", set);
    if (alone) {
      fails(
          name,
          "is the only proxy variable; with it alone Claude Code sends https URLs in clear text",
          "unset it, and export HTTPS_PROXY and HTTP_PROXY in both spellings");
    } else if (same) {
      findings.add(
          Finding.note(
              VARIABLES,
              name,
              "leads to the gate; the other variables say so already",
              "unset it: some tools take it for protocols that the gate does not speak"));
    } else {
      fails(
          name,
          "leads elsewhere than the gate",
          "unset it: tools take it for whatever the other variables do not name");
    }
  }

  private void node() {
    if (value("NODE_USE_ENV_PROXY").filter("1"::equals).isPresent()) {
      fine("NODE_USE_ENV_PROXY", "is 1");
    } else {
      fails(
          "NODE_USE_ENV_PROXY",
          "is not 1, so that Node's own `fetch` and `http` take no notice of the proxy variables",
          "export NODE_USE_ENV_PROXY=1 (Node 22.21, 24 and later)");
    }
  }

  private void overrides() {
    for (Map.Entry<String, String> each : new TreeMap<>(environment).entrySet()) {
      String name = each.getKey();
      if (OVERRIDES.contains(name.toLowerCase(Locale.ROOT))
          && !each.getValue().isBlank()
          && GateAddress.of(each.getValue()).filter(gate::isSamePlace).isEmpty()) {
        fails(
            name,
            "leads elsewhere than the gate, and counts more than HTTPS_PROXY for its tool",
            "unset it, or set it to the gate");
      } else if (name.equalsIgnoreCase("npm_config_noproxy") && !each.getValue().isBlank()) {
        List<String> holes = NoProxy.holes(each.getValue(), gate);
        if (!holes.isEmpty()) {
          fails(
              name,
              "sends npm past the gate for " + named(holes),
              "unset it, or leave nothing in it but localhost,127.0.0.1,::1");
        }
      }
    }
  }

  private void unchecked() {
    new TreeMap<>(UNCHECKED)
        .forEach(
            (name, off) -> {
              if (value(name).filter(off::equals).isPresent()) {
                fails(
                    name,
                    "turns the check of certificates off: whoever stands in between is believed",
                    "unset it; trust the gate's root instead (`sallyport ca env`)");
              }
            });
  }

  private void fine(String name, String seen) {
    findings.add(Finding.fine(VARIABLES, name, seen));
  }

  private void fails(String name, String seen, String mend) {
    findings.add(Finding.fails(VARIABLES, name, seen, mend));
  }

  static String named(List<String> all) {
    return String.join(", ", all.stream().map(each -> "`" + each + "`").toList());
  }
}
