package dev.sallyport.proxy.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GitRemotesTest {
  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @CsvSource({
    "git@git.example:acme/shop.git, https://git.example/acme/shop.git",
    "git@git.example:/acme/shop, https://git.example/acme/shop",
    "ssh://git@git.example/acme/shop.git, https://git.example/acme/shop.git",
    "ssh://git.example:2222/acme/shop.git, https://git.example/acme/shop.git",
    "git+ssh://git@git.example/a/b, https://git.example/a/b"
  })
  void sshIsSaidWithTheHttpsForm(String url, String https) throws Exception {
    write("[remote \"origin\"]\n\turl = " + url + "\n");
    assertEquals(
        List.of("git remote `origin` uses ssh, which does not leave this way; use " + https),
        GitRemotes.hints(folder, Set.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://git.example/a.git",
        "https://user@git.example:8443/a.git",
        "/srv/git/a.git",
        "../a.git",
        "file:///srv/git/a.git",
        "C:/git/a.git"
      })
  void othersAreNotMentioned(String url) throws Exception {
    write("[remote \"origin\"]\nurl = " + url + "\n");
    assertEquals(List.of(), GitRemotes.hints(folder, Set.of()));
  }

  @Test
  void onlyUrlsOfRemotesCount() throws Exception {
    write(
        """
        [remote "a"]
        [url "x"]
          url = git@git.example:a/b
        [core]
        url = git@git.example:a/b
        """);
    assertEquals(List.of(), GitRemotes.hints(folder, Set.of()));
  }

  @Test
  void theRepositoryMayBeginAbove() throws Exception {
    write("[remote \"origin\"]\nurl = git@git.example:a/b\n");
    assertEquals(
        1, GitRemotes.hints(Files.createDirectories(folder.resolve("x/y")), Set.of()).size());
  }

  @Test
  void atMostThreeAreNamed() throws Exception {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < GitRemotes.MAX_NAMED; i++) {
      text.append("[remote \"r").append(i).append("\"]\nurl = git@git.example:a/b\n");
    }
    write(text.toString());
    assertEquals(GitRemotes.MAX_NAMED, GitRemotes.hints(folder, Set.of()).size());
    write(text + "[remote \"more\"]\nurl = git@git.example:a/b\n");
    assertEquals(GitRemotes.MAX_NAMED, GitRemotes.hints(folder, Set.of()).size());
  }

  @Test
  void onlySoMuchIsRead() throws Exception {
    String remote = "[remote \"origin\"]\nurl = git@git.example:a/b\n";
    String filler = "#".repeat(GitRemotes.MAX_OCTETS - remote.length() - 1) + "\n";
    write(filler + remote);
    assertEquals(1, GitRemotes.hints(folder, Set.of()).size());
    write("####" + filler + remote);
    assertFalse(GitRemotes.hints(folder, Set.of()).toString().contains("git.example/a/b"));
  }

  @Test
  void whatTheFileSaysCannotMoveTheCursor() throws Exception {
    write("[remote \"o\u001b[2J\"]\nurl = git@git.example:a/\u001b[31mb\n");
    assertFalse(GitRemotes.hints(folder, Set.of()).toString().contains("\u001b"));
  }

  @Test
  void withoutARepositoryThereIsNothingToSay() {
    assertEquals(List.of(), GitRemotes.hints(folder, Set.of()));
  }

  @Test
  void whereGitTakesHttpsInsteadThatIsSaid() throws Exception {
    write("[remote \"origin\"]\nurl = git@git.example:a/b.git\n");
    assertEquals(Set.of("git.example"), GitRemotes.hosts(folder));
    assertEquals(
        List.of(
            "git remote `origin` uses ssh, which does not leave this way; git takes"
                + " https://git.example/a/b.git instead"),
        GitRemotes.hints(folder, Set.of("git.example")));
  }

  private void write(String config) throws Exception {
    Files.writeString(Files.createDirectories(folder.resolve(".git")).resolve("config"), config);
  }
}
