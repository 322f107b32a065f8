package dev.sallyport.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SetupClaudeCodeCommandTest {
  @TempDir private Path home = Path.of("");

  private CommandRun setup(String... options) {
    List<String> words = new ArrayList<>(List.of("setup", "claude-code"));
    words.addAll(List.of(options));
    return CommandRun.of(
        home, Map.of("HOME", home.toString()), Style.PLAIN, words.toArray(String[]::new));
  }

  private Path file() {
    return home.resolve(".claude/settings.json");
  }

  @Test
  void writesTheUsersSettingsAndTakesThemOutAgain() throws Exception {
    CommandRun dry = setup("--dry-run").endsWith(0);
    assertTrue(dry.out().contains("+ env.HTTPS_PROXY = http://127.0.0.1:3128\n"), dry.out());
    assertTrue(dry.out().contains("nothing was written to "), dry.out());
    assertFalse(Files.exists(file()));
    Path ca = Files.writeString(home.resolve("ca.pem"), "x");
    CommandRun run =
        setup("--gate", "http://laptop:spt_x@gate.example:3128", "--ca", ca.toString()).endsWith(0);
    assertFalse(run.out().contains("spt_x"), run.out());
    JsonNode env = new ObjectMapper().readTree(Files.readString(file())).path("env");
    assertEquals("http://laptop:spt_x@gate.example:3128", env.path("HTTPS_PROXY").asText());
    assertEquals("localhost,127.0.0.1,::1", env.path("NO_PROXY").asText());
    assertEquals(ca.toString(), env.path("NODE_EXTRA_CA_CERTS").asText());
    assertEquals("1", env.path("NODE_USE_ENV_PROXY").asText());
    CommandRun again =
        setup("--gate", "http://laptop:spt_x@gate.example:3128", "--ca", ca.toString()).endsWith(0);
    assertTrue(again.out().startsWith("nothing to change in "), again.out());
    setup("--remove").endsWith(0);
    assertEquals("{ }\n", Files.readString(file()));
    assertTrue(setup("--remove").endsWith(0).out().startsWith("nothing to change"));
  }

  @Test
  void theAuthorityOfTheSettingsIsTrusted() throws Exception {
    Path root = Files.createDirectories(home.resolve("ca")).resolve("root.pem");
    Files.writeString(root, "x");
    Path config = Files.writeString(home.resolve("sallyport.yaml"), "intercept: {authority: ca}\n");
    CommandRun run = setup("--config", config.toString()).endsWith(0);
    assertTrue(run.out().contains("+ env.NODE_EXTRA_CA_CERTS = " + root), run.out());
  }

  @Test
  void anotherFileAndAnotherFolder() throws Exception {
    Path file = home.resolve("x/other.json");
    setup("--file", file.toString()).endsWith(0);
    assertTrue(Files.exists(file));
    CommandRun.of(
            home,
            Map.of("CLAUDE_CONFIG_DIR", home.resolve("c").toString()),
            Style.PLAIN,
            "setup",
            "claude-code")
        .endsWith(0);
    assertTrue(Files.exists(home.resolve("c/settings.json")));
    CommandRun none = CommandRun.of(home, "setup", "claude-code").endsWith(2);
    assertTrue(none.err().contains("name the file with --file"), none.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gate.example:3128", "socks5://gate.example:1", "http://gate.example"})
  void aGateThatIsNoUrlIsRefused(String url) {
    CommandRun run = setup("--gate", url).endsWith(2);
    assertTrue(run.err().startsWith("sallyport: --gate: "), run.err());
    assertFalse(Files.exists(file()));
  }

  @Test
  void brokenFilesAreSaidWithTheirPlace() throws Exception {
    Files.createDirectories(file().getParent());
    Files.writeString(file(), "{\n  \"a\": 1,\n}\n");
    CommandRun run = setup().endsWith(2);
    assertTrue(run.err().contains("settings.json:3:"), run.err());
    Files.delete(file());
    assertTrue(
        setup("--ca", home.resolve("none.pem").toString()).endsWith(2).err().contains("--ca"));
  }
}
