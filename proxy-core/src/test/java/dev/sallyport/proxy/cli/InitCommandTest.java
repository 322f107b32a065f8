package dev.sallyport.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InitCommandTest {
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
}
