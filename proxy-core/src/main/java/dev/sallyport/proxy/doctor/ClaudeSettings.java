package dev.sallyport.proxy.doctor;

import static dev.sallyport.proxy.doctor.Group.TOOLS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Claude Code's settings: what stands under `env` counts more than the environment, and is all
/// that background agents read. Claude Code itself is not run: it would ask its model.
final class ClaudeSettings {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NAME = "claude";

  /// Octets of a file that are read at most.
  private static final long MAX_OCTETS = 1024L * 1024;

  private ClaudeSettings() {}

  /// What the files say.
  ///
  /// @param files later ones count more
  static List<Finding> check(List<Path> files, GateAddress gate) {
    List<Finding> findings = new ArrayList<>();
    boolean named = false;
    for (Path file : files) {
      JsonNode variables = env(file);
      for (String name : GateAddress.VARIABLES) {
        Optional<String> value =
            Optional.of(variables.path(name).asText("")).filter(text -> !text.isBlank());
        if (value.isPresent()) {
          named = true;
          if (value.flatMap(GateAddress::of).filter(gate::isSamePlace).isEmpty()) {
            findings.add(
                Finding.fails(
                    TOOLS,
                    NAME,
                    name + " under `env` in " + file + " does not lead to " + gate.url(),
                    "set it to the gate there, or take it out"));
          }
        }
      }
      String excluded = variables.path("NO_PROXY").asText(variables.path("no_proxy").asText(""));
      List<String> holes = NoProxy.holes(excluded, gate);
      if (!holes.isEmpty()) {
        findings.add(
            Finding.fails(
                TOOLS,
                NAME,
                "NO_PROXY under `env` in "
                    + file
                    + " leads past the gate for "
                    + VariableTable.named(holes),
                "leave localhost,127.0.0.1,::1 in it"));
      }
    }
    if (findings.isEmpty()) {
      findings.add(
          named
              ? Finding.fine(TOOLS, NAME, "its settings lead to the gate")
              : Finding.note(
                  TOOLS,
                  NAME,
                  "its settings name no proxy, so that agents in the background have none",
                  "put HTTPS_PROXY, HTTP_PROXY, NO_PROXY and NODE_EXTRA_CA_CERTS under `env` in"
                      + " its settings.json"));
    }
    return findings;
  }

  private static JsonNode env(Path file) {
    try {
      return Files.isRegularFile(file) && Files.size(file) <= MAX_OCTETS
          ? JSON.readTree(Files.readString(file)).path("env")
          : JSON.missingNode();
    } catch (IOException unreadable) {
      return JSON.missingNode();
    }
  }
}
