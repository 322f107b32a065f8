package dev.sallyport.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.proxy.workbench.PastLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicySuggestCommandTest {
  @TempDir private Path home = Path.of("");

  private CommandRun run(String... args) {
    return CommandRun.of(home, args);
  }

  private String log() throws IOException {
    try (PastLog log = PastLog.in(home)) {
      log.decided("laptop", "api.anthropic.com", 443, "allow", "reported")
          .closed("laptop", "api.anthropic.com", 443, 4096, 100)
          .decided("laptop", "api.anthropic.com", 443, "allow", "reported")
          .decided("laptop", "docs.example.com", 443, "deny", "not-listed")
          .decided("laptop", "docs.example.com", 8443, "deny", "port-not-allowed")
          .decided("laptop", "a.cdn.example.org", 443, "deny", "not-listed")
          .decided("laptop", "b.cdn.example.org", 443, "deny", "not-listed")
          .decided("laptop", "c.cdn.example.org", 443, "deny", "not-listed")
          .decided("laptop", "forbidden.test", 443, "deny", "denied-by-rule")
          .decided("laptop", "fine.test", 443, "allow", "listed");
      return log.file().toString();
    }
  }

  @Test
  void suggestsByCatalogueAndByExactNameWithTheEvidence() throws IOException {
    CommandRun run = run("policy", "suggest", log()).endsWith(ExitCode.OK);
    String text = run.out();
    assertTrue(text.contains("  model:\n    allow:\n"), text);
    assertTrue(text.contains("      - {catalog: anthropic/api}\n"), text);
    assertTrue(text.contains("# api.anthropic.com:443: 2 x allow (reported),"), text);
    assertTrue(text.contains("by laptop"), text);
    assertTrue(text.contains("4096"), text);
    assertTrue(text.contains("- {host: docs.example.com}\n"), text);
    assertTrue(text.contains("- {host: docs.example.com, ports: [8443]}\n"), text);
    assertTrue(text.contains("3 names below cdn.example.org were seen"), text);
    assertFalse(text.contains("{subdomains-of"), text);
    assertFalse(text.contains("forbidden.test"), text);
    assertFalse(text.contains("fine.test"), text);
    assertTrue(run("policy", "suggest", "--all", log()).out().contains("{host: fine.test}"));
  }

  /// The narrowest part of a catalogue that holds the host, and what it opens beside it is said.
  @Test
  void aPartThatOpensMoreSaysSo() throws IOException {
    String file;
    try (PastLog log = PastLog.in(home)) {
      for (String host :
          List.of(
              "claude.ai",
              "bedrock-runtime.eu-west-1.amazonaws.com",
              "acme.gallery.vsassets.io",
              "codeload.github.com",
              "github.com")) {
        log.decided("laptop", host, 443, "allow", "reported");
      }
      file = log.file().toString();
    }
    String text = run("policy", "suggest", file).endsWith(ExitCode.OK).out();
    String line = text.replaceAll("\\R +# ", " ");
    assertTrue(line.contains("anthropic/login opens 2 more"), text);
    assertTrue(line.contains("github/releases opens 3 more"), text);
    assertTrue(line.contains("opens every name below its parent"), text);
    assertTrue(text.contains("{catalog: bedrock/eu-west-1}"), text);
    assertTrue(text.contains("{catalog: github/git}"), text);
  }

  /// A log that somebody wrote to: names in it are not taken at their word.
  @Test
  void aForgedLogCannotWriteRules() throws IOException {
    String file;
    try (PastLog log = PastLog.in(home)) {
      log.decided("laptop", "fine.test", 443, "allow", "reported");
      file = log.file().toString();
    }
    String forged =
        Files.readString(Path.of(file))
            .replace("fine.test", "x.test}\\n      - {any: true, accept-risk: y")
            .replace("\"user.name\":\"laptop\"", "\"user.name\":\"a\\u001b[2J\\n- {any: true}\"");
    Files.writeString(Path.of(file), forged);
    CommandRun run = run("policy", "suggest", "--all", file).endsWith(ExitCode.OK);
    assertFalse(run.out().contains("any: true, accept-risk"), run.out());
    assertFalse(run.out().contains("\u001b"), run.out());
  }

  @Test
  void whatIsSuggestedLetsTheSameThroughAndNothingElse() throws IOException {
    String log = log();
    String file = home.resolve("suggested.yaml").toString();
    CommandRun written = run("policy", "suggest", log, "--all", "--out", file);
    assertTrue(written.endsWith(ExitCode.OK).out().contains("tests pass"), written.toString());
    run("policy", "check", file).endsWith(ExitCode.OK);
    CommandRun again = run("policy", "suggest", log, "--out", file).endsWith(ExitCode.UNUSABLE);
    assertTrue(again.err().contains("is there already"), again.err());
    run("policy", "suggest", log, "--all", "--out", file, "--force").endsWith(ExitCode.OK);
    JsonNode replayed =
        new ObjectMapper()
            .readTree(
                run("policy", "replay", log, "--policy", file, "--fail-on-refusal", "--json")
                    .endsWith(ExitCode.OK)
                    .out());
    assertEquals(0, replayed.get("closed").asInt());
    assertEquals(5, replayed.get("opened").asInt());
    assertEquals(9, replayed.get("judged").asInt());
    run("policy", "explain", "evil.test", "--policy", file, "--as", "laptop")
        .endsWith(ExitCode.DOES_NOT_HOLD);
  }

  @Test
  void replayShowsWhatWouldBeRefused() throws IOException {
    Path policy =
        Files.writeString(
            home.resolve("none.yaml"),
            "sallyport: 1\nname: none\nprofiles: {dev: {classes: []}}\n"
                + "assign: [{any: true, profile: dev}]\n");
    String[] args = {"policy", "replay", log(), "--policy", policy.toString(), "--fail-on-refusal"};
    CommandRun run = run(args).endsWith(ExitCode.DOES_NOT_HOLD);
    assertTrue(
        run.out().contains("https://api.anthropic.com: allow (reported) becomes deny (not-listed)"),
        run.out());
    assertTrue(run.out().contains("2 x, 2026-11-20T08:00:00Z to"), run.out());
    assertTrue(run.out().contains("0 would be allowed now, 3 refused; 0 undetermined"), run.out());
  }
}
