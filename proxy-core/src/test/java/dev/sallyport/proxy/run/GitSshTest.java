package dev.sallyport.proxy.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.Policy;
import dev.sallyport.rules.load.PolicyLoader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GitSshTest {
  private static final String POLICY =
      """
      sallyport: 1
      name: test
      classes:
        source-control: {allow: [git.example.org, {catalog: github}]}
        webfetch: {allow: [docs.example.org]}
      deny: [{domain: denied.example.org, reason: no}]
      profiles: {all: {classes: [source-control, webfetch]}}
      assign: [{any: true, profile: all}]
      """;

  @TempDir private Path folder = Path.of("");

  @Test
  void hostsOfSourceControlAreReachedOverHttps() throws Exception {
    Policy policy = PolicyLoader.load("policy.yaml", POLICY);
    Set<String> allowed =
        GitSsh.allowed(
            policy,
            List.of(
                "git.example.org", "docs.example.org", "denied.example.org", "else.example", "a b"),
            Instant.EPOCH);
    assertTrue(allowed.contains("git.example.org"), allowed.toString());
    assertTrue(allowed.contains("github.com"), allowed.toString());
    assertTrue(
        allowed.stream().noneMatch(host -> host.contains("docs") || host.contains("denied")),
        allowed.toString());
    assertTrue(allowed.stream().noneMatch(host -> host.contains("gitlab")), allowed.toString());
  }

  @ParameterizedTest
  @CsvSource({"'', 0", "2, 2", "-1, 0", "x, 0", "99999999, 0"})
  void whatIsThereAlreadyIsKept(String count, int first) {
    Map<String, String> environment = new HashMap<>();
    environment.put("GIT_CONFIG_COUNT", count);
    Map<String, String> child = GitSsh.in(environment, Set.of("git.example.org"));
    assertEquals(Integer.toString(first + 2), child.get("GIT_CONFIG_COUNT"));
    assertEquals(
        "url.https://git.example.org/.insteadOf", child.get("GIT_CONFIG_KEY_" + (first + 1)));
    assertEquals("git@git.example.org:", child.get("GIT_CONFIG_VALUE_" + first));
    assertEquals("ssh://git@git.example.org/", child.get("GIT_CONFIG_VALUE_" + (first + 1)));
  }

  @ParameterizedTest
  @CsvSource({
    "git@git.example.org:acme/shop.git, https://git.example.org/acme/shop.git",
    "ssh://git@git.example.org/acme/shop.git, https://git.example.org/acme/shop.git",
    "git@other.example.org:acme/shop.git, git@other.example.org:acme/shop.git",
  })
  void gitReadsItSo(String remote, String reaches) throws Exception {
    String out = git(Set.of("git.example.org"), "ls-remote", "--get-url", remote);
    assertEquals(reaches + "\n", out);
  }

  @ParameterizedTest
  @CsvSource({"git@other.example.org:acme/shop.git", "ssh://git@other.example.org:2222/a/b.git"})
  void elsewhereGitSaysWhyItDoesNotGo(String remote) throws Exception {
    String out = git(Set.of("git.example.org"), "ls-remote", remote);
    assertTrue(out.contains("sallyport: ssh does not leave this way"), out);
  }

  private String git(Set<String> allowed, String... words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(words));
    Path out = folder.resolve("out");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    Map<String, String> environment = GitSsh.in(builder.environment(), allowed);
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().put("HOME", folder.toString());
    builder.environment().put("GIT_CONFIG_NOSYSTEM", "1");
    builder.start().waitFor();
    return Files.readString(out, StandardCharsets.UTF_8);
  }
}
