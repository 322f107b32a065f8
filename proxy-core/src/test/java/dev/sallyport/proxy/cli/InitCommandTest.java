package dev.sallyport.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InitCommandTest {
  private static final String HOSTILE_SERVERS =
      """
      {"mcpServers": {
        "a\\u001b[2J\\n- {any: true, accept-risk: x}": {"command": "x"},
        "b": {"url": "https://mcp.example.com/\\u001b]0;x\\u0007\\n  - evil: true"},
        "c": {"url": "https://evil.example.com}, {any: true, accept-risk: x"}}}
      """;

  private static final String HOSTILE_RULES =
      """
      {"permissions": {"allow": [
        "WebFetch(domain:ok.example.com)",
        "WebFetch(domain:x.example.com\\n- {any: true, accept-risk: y})",
        "WebFetch(domain:evil.example.com}, {any: true, accept-risk: y)",
        "WebFetch(domain:a\\u001b[31m.example.com)",
        "WebFetch(domain:\\u202egro.live.example.com)"]}}
      """;

  @TempDir private Path home = Path.of("");

  private Path repository(String file, String text) throws IOException {
    Path folder = home.resolve("repository");
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
    return folder;
  }

  @ParameterizedTest
  @CsvSource({
    "package.json, npm/read",
    "pom.xml, maven-central/read",
    "pyproject.toml, pypi/read",
    "requirements.txt, pypi/read",
    "Cargo.toml, crates/read",
    "go.mod, go/read"
  })
  void buildFilesNameTheirRegistries(String file, String catalog) throws IOException {
    Path folder = repository(file, "");
    CommandRun run = CommandRun.of(home, "init", folder.toString()).endsWith(ExitCode.OK);
    assertTrue(run.out().contains("- {catalog: " + catalog + "}\n"), run.out());
    assertTrue(run.out().contains("# " + file + ": "), run.out());
    assertEquals(1, run.out().split("/read}", -1).length - 1, run.out());
  }

  @ParameterizedTest
  @CsvSource({
    "https://git.example.com/acme/shop.git",
    "https://name:secret@git.example.com/acme/shop.git",
    "git@git.example.com:acme/shop.git",
    "ssh://git@git.example.com/acme/shop.git"
  })
  void remotesNameTheirHosts(String url) throws IOException {
    Path folder = repository(".git/config", "[remote \"origin\"]\n\turl = " + url + "\n");
    CommandRun run = CommandRun.of(home, "init", folder.toString()).endsWith(ExitCode.OK);
    assertTrue(run.out().contains("- {host: git.example.com}\n"), run.out());
    assertFalse(run.out().contains("secret"), run.out());
  }

  @Test
  void whatIsWrittenIsAGoodPolicyAndNothingIsOverwritten() throws IOException {
    repository(
        ".mcp.json", "{\"mcpServers\": {\"a\": {\"url\": \"https://mcp.example.com/mcp\"}}}");
    Path folder =
        repository(
            ".claude/settings.json",
            "{\"permissions\": {\"allow\": [\"WebFetch(domain:docs.example.com)\"]}}");
    String out = home.resolve("first.yaml").toString();
    CommandRun.of(home, "init", folder.toString(), "--out", out).endsWith(ExitCode.OK);
    CommandRun check = CommandRun.of(home, "policy", "check", out).endsWith(ExitCode.OK);
    assertTrue(check.out().contains("tests pass"), check.out());
    String text = Files.readString(Path.of(out));
    assertTrue(text.contains("{host: mcp.example.com}"), text);
    assertTrue(text.contains("{host: docs.example.com}"), text);
    CommandRun again = CommandRun.of(home, "init", folder.toString(), "--out", out);
    assertTrue(again.endsWith(ExitCode.UNUSABLE).err().contains("is there already"), again.err());
    assertEquals(text, Files.readString(Path.of(out)));
    CommandRun.of(home, "init", folder.toString(), "--out", out, "--force").endsWith(ExitCode.OK);
    CommandRun.of(home, "init", home.resolve("none").toString()).endsWith(ExitCode.UNUSABLE);
  }

  @Test
  void anAgentIsToldToAskBeforeItTries() throws IOException {
    Path folder = repository("CLAUDE.md", "# Shop\n\nNo \u00fcber-long lines");
    Path notes = folder.resolve("CLAUDE.md");
    CommandRun shown = CommandRun.of(home, "init", folder.toString()).endsWith(ExitCode.OK);
    assertTrue(shown.err().contains(String.join("\n", ClaudeMd.LINES)), shown.err());
    assertFalse(shown.out().contains("sallyport.internal"), shown.out());
    String[] write = {
      "init", folder.toString(), "--force", "--out", home.resolve("p.yaml").toString()
    };
    CommandRun.of(
            home,
            Stream.concat(Stream.of(write), Stream.of("--no-claude-md")).toArray(String[]::new))
        .endsWith(ExitCode.OK);
    assertEquals("# Shop\n\nNo \u00fcber-long lines", Files.readString(notes));
    CommandRun run = CommandRun.of(home, write).endsWith(ExitCode.OK);
    assertTrue(run.err().contains("CLAUDE.md: two lines added"), run.err());
    String text =
        "# Shop\n\nNo \u00fcber-long lines\n\n" + String.join("\n", ClaudeMd.LINES) + "\n";
    assertEquals(text, Files.readString(notes));
    assertFalse(CommandRun.of(home, write).endsWith(ExitCode.OK).err().contains("CLAUDE.md"));
    assertEquals(text, Files.readString(notes));
    Files.delete(notes);
    CommandRun.of(home, write).endsWith(ExitCode.OK);
    assertEquals(String.join("\n", ClaudeMd.LINES) + "\n", Files.readString(notes));
  }

  @Test
  void aLinkInARepositoryLeadsTheNoteNowhere() throws IOException {
    Path folder = repository("go.mod", "");
    Path outside = Files.writeString(home.resolve("profile"), "alias x=y\n");
    Files.createSymbolicLink(folder.resolve("CLAUDE.md"), outside);
    CommandRun run =
        CommandRun.of(home, "init", folder.toString(), "--out", home.resolve("p.yaml").toString())
            .endsWith(ExitCode.OK);
    assertTrue(run.err().contains("`CLAUDE.md` is a link"), run.err());
    assertTrue(run.err().contains(ClaudeMd.LINES.getLast()), run.err());
    assertEquals("alias x=y\n", Files.readString(outside));
  }

  @Test
  void linksAreNotFollowed() throws IOException {
    Path folder = repository("go.mod", "");
    Path outside = Files.writeString(home.resolve("outside.json"), "not json");
    Files.createSymbolicLink(folder.resolve(".mcp.json"), outside);
    CommandRun.of(home, "init", folder.toString()).endsWith(ExitCode.OK);
  }

  @Test
  void aRepositoryThatDeniesTheModelOrWantsMetadataStillGetsADraft() throws IOException {
    Path folder =
        repository(
            ".claude/settings.json",
            """
            {"permissions": {
              "allow": ["WebFetch(domain:169.254.169.254)"],
              "deny": ["WebFetch(domain:*.anthropic.com)"]}}
            """);
    CommandRun run = CommandRun.of(home, "init", folder.toString()).endsWith(ExitCode.OK);
    assertTrue(run.out().contains("api.anthropic.com is denied"), run.out());
    assertFalse(run.out().contains("{deny: \"GET http://169.254.169.254"), run.out());
  }

  /// Whatever a repository is named and holds, the draft is a policy that says nothing else, and
  /// nothing in it or beside it moves a cursor or begins a line of its own.
  @Test
  void aHostileRepositoryGetsAPlainDraft() throws Exception {
    repository(".mcp.json", HOSTILE_SERVERS);
    repository(".claude/settings.local.json", "{broken");
    repository(
        ".git/config", "[remote \"x\"]\n\turl = https://evil.example.com}\\n- any: true/x\n");
    repository("Cargo.toml/inside", "a folder with the name of a file");
    Path folder = repository(".claude/settings.json", HOSTILE_RULES);
    Files.createSymbolicLink(folder.resolve("pom.xml"), Path.of("/etc/passwd"));
    Files.createSymbolicLink(folder.resolve("go.mod"), Path.of("nowhere"));
    String out = home.resolve("first.yaml").toString();
    CommandRun run =
        CommandRun.of(home, "init", folder.toString(), "--out", out).endsWith(ExitCode.OK);
    String policy = Files.readString(Path.of(out));
    for (String said : List.of(run.out(), run.err(), policy)) {
      assertTrue(
          said.codePoints().noneMatch(c -> c != '\n' && (c < 0x20 || c == 0x7f || c == 0x202e)),
          said);
    }
    assertTrue(policy.contains("{host: ok.example.com}"), policy);
    String rules = policy.lines().filter(line -> !line.strip().startsWith("#")).toList().toString();
    assertFalse(rules.contains("any: true, accept-risk"), policy);
    assertFalse(rules.contains("evil"), policy);
    assertFalse(rules.contains("maven") || rules.contains("go/read") || rules.contains("crates"));
    assertTrue(run.err().contains("settings.local.json:1:1: left out: "), run.err());
    CommandRun.of(home, "policy", "check", out).endsWith(ExitCode.OK);
  }

  @Test
  void hugeFilesAreNotReadWhole() throws Exception {
    Path folder = repository("package.json", "x".repeat(10_000_000));
    repository(".mcp.json", "{\"mcpServers\": {\"a\": \"" + "x".repeat(9_000_000) + "\"}}");
    CommandRun run = CommandRun.of(home, "init", folder.toString()).endsWith(ExitCode.OK);
    assertTrue(run.out().contains("npm/read"), run.out());
    assertTrue(run.err().contains("is larger than 8 MiB"), run.err());
  }
}
