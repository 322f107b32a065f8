package dev.sallyport.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.proxy.workbench.GitPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyDiffCommandTest {
  private static final String OLD =
      """
      sallyport: 1
      name: acme
      classes:
        docs: {allow: [example.com, gone.example.com]}
      profiles:
        dev: {classes: [docs]}
      assign:
        - {any: true, profile: dev}
      """;
  private static final String NEW = OLD.replace("gone.example.com", "{domain: example.org}");

  @TempDir private Path home = Path.of("");

  private String file(String name, String text) throws IOException {
    return Files.writeString(home.resolve(name), text).toString();
  }

  private void git(String... args) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("git", "-c", "user.name=t", "-c", "user.email=t@example.com"));
    command.addAll(List.of(args));
    ProcessBuilder git = new ProcessBuilder(command);
    git.directory(home.toFile()).redirectErrorStream(true);
    git.redirectOutput(home.resolve("git.log").toFile());
    assertEquals(0, git.start().waitFor(), () -> String.join(" ", command));
  }

  @Test
  void saysWhatOpensAndWhatCloses() throws IOException {
    String before = file("old.yaml", OLD);
    String after = file("new.yaml", NEW);
    CommandRun run = CommandRun.of(home, "policy", "diff", before, after).endsWith(ExitCode.OK);
    List<String> lines = run.out().lines().toList();
    assertTrue(lines.getFirst().matches("from acme @ [0-9a-f]{7} to acme @ [0-9a-f]{7}"));
    assertEquals(
        List.of(
            "",
            "profile dev",
            "  becomes reachable",
            "    docs            example.org and every name below it  (" + after + ":4)",
            "  is no longer reachable",
            "    docs            gone.example.com  (" + before + ":4)",
            "",
            "the new policy lets more through"),
        lines.subList(1, lines.size()));
  }

  @Test
  void wideningFailsWhereThatIsAskedFor() throws IOException {
    String before = file("old.yaml", OLD);
    String after = file("new.yaml", NEW);
    String narrow = file("narrow.yaml", OLD.replace(", gone.example.com", ""));
    String[] wider = {"policy", "diff", before, after, "--fail-on-widening", "--json"};
    JsonNode json =
        new ObjectMapper()
            .readTree(CommandRun.of(home, wider).endsWith(ExitCode.DOES_NOT_HOLD).out());
    assertTrue(json.get("widens").asBoolean());
    JsonNode opened = json.get("views").get(0).get("changes").get(0);
    assertEquals("opened", opened.get("change").asText());
    assertEquals("docs", opened.get("class-after").asText());
    assertEquals(443, opened.get("ports").get("https").get("only").get(0).asInt());
    String[] narrower = {"policy", "diff", before, narrow, "--fail-on-widening"};
    CommandRun.of(home, narrower).endsWith(ExitCode.OK);
    CommandRun same = CommandRun.of(home, "policy", "diff", before, before).endsWith(ExitCode.OK);
    assertTrue(same.out().contains("nothing that can be reached changes"), same.out());
  }

  @Test
  void aRevisionStandsForTheSameFile() throws IOException, InterruptedException {
    git("init", "-q");
    String file = file("policy.yaml", OLD);
    git("add", "policy.yaml");
    git("commit", "-q", "-m", "old");
    file("policy.yaml", NEW);
    CommandRun run = CommandRun.of(home, "policy", "diff", "HEAD", file).endsWith(ExitCode.OK);
    assertTrue(run.out().contains("example.org and every name below it"), run.out());
    assertTrue(run.out().contains("(HEAD:" + file + ":4)"), run.out());
    run = CommandRun.of(home, "policy", "diff", "nowhere", file).endsWith(ExitCode.UNUSABLE);
    assertTrue(run.err().contains("cannot be read from git: "), run.err());
    run = CommandRun.of(home, "policy", "diff", "./none", "./none").endsWith(ExitCode.UNUSABLE);
    assertTrue(run.err().contains("there is no file `./none`"), run.err());
  }

  @Test
  void aWrongPolicyIsUnusable() throws IOException {
    String before = file("old.yaml", OLD);
    String wrong = file("wrong.yaml", "sallyport: 1\nnaem: acme\n");
    CommandRun run = CommandRun.of(home, "policy", "diff", before, wrong);
    assertTrue(run.endsWith(ExitCode.UNUSABLE).err().contains("unknown key `naem`"), run.err());
  }

  @Test
  void aFolderIsComparedWithWhatItWas() throws IOException, InterruptedException {
    git("init", "-q");
    Path folder = Files.createDirectories(home.resolve("policies"));
    file("policies/10-base.yaml", OLD.replace("profiles:\n  dev: {classes: [docs]}\n", ""));
    file("policies/20-who.yaml", "sallyport: 1\nprofiles:\n  dev: {classes: [docs]}\n");
    file("policies/.hidden.yaml", "not: a policy");
    file("policies/readme.md", "not a policy");
    git("add", "-A");
    git("commit", "-q", "-m", "old");
    file("policies/10-base.yaml", NEW.replace("profiles:\n  dev: {classes: [docs]}\n", ""));
    String named = folder.toString();
    CommandRun run = CommandRun.of(home, "policy", "diff", "HEAD", named).endsWith(ExitCode.OK);
    assertTrue(run.out().contains("example.org and every name below it"), run.out());
    assertTrue(run.out().contains("(HEAD:" + named + "/10-base.yaml:4)"), run.out());
    run =
        CommandRun.of(home, "policy", "diff", named, "HEAD", "--fail-on-widening", "--json")
            .endsWith(ExitCode.DOES_NOT_HOLD);
    assertTrue(new ObjectMapper().readTree(run.out()).get("widens").asBoolean());
    run = CommandRun.of(home, "policy", "diff", "--", "-x", named).endsWith(ExitCode.UNUSABLE);
    assertTrue(run.err().contains("`-x:./` is not a git revision"), run.err());
    run = CommandRun.of(home, "policy", "diff", "HEAD", home.toString());
    assertTrue(
        run.endsWith(ExitCode.UNUSABLE).err().contains("there is no policy in this folder"),
        run.err());
  }

  @Test
  void readsObjectsOfARevision() throws IOException, InterruptedException {
    git("init", "-q");
    Files.createDirectories(home.resolve("policies"));
    file("policies/a.yaml", OLD);
    Files.createSymbolicLink(home.resolve("policies/b.yaml"), Path.of("a.yaml"));
    Files.write(home.resolve("latin.yaml"), new byte[] {(byte) 0xe4});
    git("add", "-A");
    git("commit", "-q", "-m", "old");
    assertEquals(Map.of("was/a.yaml", OLD), GitPolicy.read(home, "HEAD:policies", "was"));
    assertEquals(
        Map.of("was:a.yaml", OLD), GitPolicy.read(home.resolve("policies"), "HEAD:./", "was:"));
    assertEquals(Map.of("one", OLD), GitPolicy.read(home, "HEAD:policies/a.yaml", "one"));
    for (String wrong : List.of("HEAD:latin.yaml", "HEAD:none.yaml", "-x", "$(id):policies")) {
      IOException failed =
          assertThrows(IOException.class, () -> GitPolicy.read(home, wrong, wrong), wrong);
      assertTrue(String.valueOf(failed.getMessage()).contains("`" + wrong + "`"), wrong);
    }
  }
}
