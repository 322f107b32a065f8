package dev.sallyport.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.proxy.identify.TokenStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenCommandsTest {
  @TempDir private Path home = Path.of("");

  private CommandRun run(String... args) {
    return CommandRun.of(home, args);
  }

  @Test
  void aTokenIsPrintedOnceProvesAndCanBeRevoked() throws Exception {
    CommandRun added =
        run("token", "add", "ci-1", "--label", "repository=acme/x", "--label", "job=a=b")
            .endsWith(ExitCode.OK);
    String secret = added.out().strip();
    assertTrue(secret.matches("spt_[A-Za-z0-9_-]{43}"), added.out());
    assertFalse(added.err().contains(secret), added.err());
    Path file = home.resolve(".config/sallyport/tokens.yaml");
    assertTrue(TokenStore.open(file).tokens().orElseThrow().proven("ci-1", secret).isPresent());

    CommandRun listed = run("token", "list").endsWith(ExitCode.OK);
    assertEquals("ci-1  2026-11-21T12:00:00Z  job=a=b repository=acme/x", listed.out().strip());

    CommandRun revoked = run("token", "revoke", "ci-1").endsWith(ExitCode.OK);
    assertEquals("revoked `ci-1` in " + file, revoked.out().strip());
    assertTrue(TokenStore.open(file).tokens().orElseThrow().all().isEmpty());
    assertTrue(run("token", "list").endsWith(ExitCode.OK).err().contains("there are no tokens"));
  }

  @Test
  void theFileIsTheOneOfTheSettingsOrTheOneThatIsNamed() throws Exception {
    Path settings = Files.writeString(home.resolve("sallyport.yaml"), "");
    run("token", "add", "a", "--config", settings.toString()).endsWith(ExitCode.OK);
    assertTrue(Files.exists(home.resolve("tokens.yaml")));
    Files.writeString(settings, "identity: {tokens: other/t.yaml}\n");
    run("token", "add", "b", "--config", settings.toString()).endsWith(ExitCode.OK);
    assertTrue(Files.exists(home.resolve("other/t.yaml")));
    run("token", "add", "c", "--tokens", home.resolve("named.yaml").toString())
        .endsWith(ExitCode.OK);
    assertTrue(Files.exists(home.resolve("named.yaml")));
  }

  @Test
  void aTakenNameIsUnusable() {
    run("token", "add", "a").endsWith(ExitCode.OK);
    CommandRun again = run("token", "add", "a").endsWith(ExitCode.UNUSABLE);
    assertEquals("", again.out());
    assertTrue(again.err().contains("there is a token `a` already"), again.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:b", "a+b", "*", "a b"})
  void aNameThatIsNoneIsUnusable(String name) {
    CommandRun run = run("token", "add", name).endsWith(ExitCode.UNUSABLE);
    assertTrue(run.err().contains("`" + name + "` cannot name a token"), run.err());
    assertFalse(Files.exists(home.resolve(".config/sallyport/tokens.yaml")));
  }

  @Test
  void aLabelThatIsNoneIsUnusable() {
    CommandRun run = run("token", "add", "a", "--label", "x y=z").endsWith(ExitCode.UNUSABLE);
    assertTrue(run.err().contains("`x y=z` is not a label"), run.err());
  }

  @Test
  void whatIsNotThereCannotBeRevokedOrListed() {
    assertTrue(
        run("token", "revoke", "a")
            .endsWith(ExitCode.UNUSABLE)
            .err()
            .contains("there is no token `a`"));
    assertTrue(
        run("token", "list").endsWith(ExitCode.UNUSABLE).err().contains("there is no such file"));
  }

  @Test
  void aWrongFileIsSaidToBeWrong() throws Exception {
    Path file = Files.writeString(home.resolve("t.yaml"), "tokns: []\n");
    for (String command : new String[] {"list", "add a", "revoke a"}) {
      String args = "token " + command + " --tokens " + file;
      CommandRun run = run(args.split(" ")).endsWith(ExitCode.UNUSABLE);
      assertTrue(run.err().startsWith(file + ":1:1: unknown key `tokns`"), run.err());
    }
    assertEquals("tokns: []\n", Files.readString(file));
  }

  @Test
  void everythingIsJsonToo() throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    JsonNode added = mapper.readTree(run("token", "add", "a", "--json", "--label", "x=y").out());
    assertTrue(added.get("token").asText().startsWith("spt_"));
    JsonNode listed = mapper.readTree(run("token", "list", "--json").out());
    assertEquals("a", listed.get(0).get("name").asText());
    assertEquals("y", listed.get(0).get("labels").get("x").asText());
    assertFalse(listed.toString().contains(added.get("token").asText()));
    JsonNode revoked = mapper.readTree(run("token", "revoke", "a", "--json").out());
    assertEquals("a", revoked.get("revoked").asText());
  }
}
