package dev.sallyport.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.mitm.authority.Authority;
import dev.sallyport.mitm.authority.Permitted;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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

  private static Path root(Path file) throws Exception {
    return Files.writeString(
        file,
        Authority.inMemory(new Permitted.Anything(), InstantSource.fixed(CommandRun.NOW))
            .rootPem());
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
    Path ca = root(home.resolve("ca.pem"));
    CommandRun run =
        setup("--gate", "http://laptop:spt_x@gate.example:3128", "--ca", ca.toString()).endsWith(0);
    assertFalse(run.out().contains("spt_x"), run.out());
    JsonNode env = new ObjectMapper().readTree(Files.readString(file())).path("env");
    assertEquals("http://laptop:spt_x@gate.example:3128", env.path("HTTPS_PROXY").asText());
    assertEquals("http://laptop:spt_x@gate.example:3128", env.path("http_proxy").asText());
    assertEquals("localhost,127.0.0.1,::1", env.path("NO_PROXY").asText());
    assertEquals("localhost,127.0.0.1,::1", env.path("no_proxy").asText());
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
    Path root = root(Files.createDirectories(home.resolve("ca")).resolve("root.pem"));
    Path config = Files.writeString(home.resolve("sallyport.yaml"), "intercept: {authority: ca}\n");
    CommandRun run = setup("--config", config.toString()).endsWith(0);
    assertTrue(run.out().contains("+ env.NODE_EXTRA_CA_CERTS = " + root), run.out());
  }

  @Test
  void usersOfTheMachineGetARootThatTheyMayRead() throws Exception {
    Path root = root(Files.createDirectories(home.resolve("ca")).resolve("root.pem"));
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rw-------"));
    Path config = Files.writeString(home.resolve("sallyport.yaml"), "intercept: {authority: ca}\n");
    Path copy = home.resolve("managed/sallyport-root.pem");
    String[] managed = {
      "--managed",
      "--file",
      home.resolve("managed/settings.json").toString(),
      "--config",
      config.toString()
    };
    setup(with(managed, "--dry-run")).endsWith(0);
    assertFalse(Files.exists(copy));
    CommandRun run = setup(managed).endsWith(0);
    assertTrue(run.out().contains("+ env.NODE_EXTRA_CA_CERTS = " + copy + "\n"), run.out());
    assertEquals(Files.readString(root), Files.readString(copy));
    assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)));
    setup(with(managed, "--remove")).endsWith(0);
    assertFalse(Files.exists(copy));
  }

  private static String[] with(String[] options, String more) {
    return Stream.concat(Arrays.stream(options), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void aFileWithoutACertificateIsNotTrusted() throws Exception {
    Path text = Files.writeString(home.resolve("text"), "root:x:0:0\n");
    CommandRun run = setup("--ca", text.toString()).endsWith(2);
    assertTrue(run.err().startsWith("sallyport: --ca: `" + text + "`"), run.err());
    assertFalse(Files.exists(file()));
  }

  @Test
  void aLinkToNowhereAndForeignTextAreLeftAsTheyAre() throws Exception {
    Files.createDirectories(file().getParent());
    Files.createSymbolicLink(file(), Path.of("nowhere.json"));
    CommandRun link = setup().endsWith(2);
    assertTrue(link.err().contains("is a link that leads to no file"), link.err());
    assertTrue(Files.isSymbolicLink(file()));
    Files.delete(file());
    Files.write(file(), new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'});
    CommandRun text = setup().endsWith(2);
    assertTrue(text.err().contains("is not text in UTF-8"), text.err());
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
