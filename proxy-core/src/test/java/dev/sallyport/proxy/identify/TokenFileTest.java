package dev.sallyport.proxy.identify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sallyport.rules.load.LoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TokenFileTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:11:12.345Z");
  private static final String HASH = "a".repeat(64);

  @TempDir private Path folder = Path.of("");

  @Test
  void whatIsAddedIsReadAgainAndProves() throws Exception {
    TokenFile file = new TokenFile(folder.resolve("new/tokens.yaml"));
    Map<String, String> labels = Map.of("repository", "acme/x", "odd", "it's: a \"# value\"");
    Secret secret = file.add("ci-1", labels, NOW).orElseThrow();
    Secret other = file.add("ci-2", Map.of(), NOW).orElseThrow();
    Tokens tokens = file.load();
    assertEquals(List.of("ci-1", "ci-2"), tokens.all().stream().map(Token::name).toList());
    Token read = tokens.proven("ci-1", secret.reveal()).orElseThrow();
    assertEquals(labels, read.labels());
    assertEquals(Optional.of(Instant.parse("2026-11-21T10:11:12Z")), read.created());
    assertTrue(tokens.proven("ci-2", other.reveal()).isPresent());
    assertTrue(tokens.proven("ci-2", secret.reveal()).isEmpty());
  }

  @Test
  void theSecretIsNotInTheFileAndTheFileIsTheOwnersAlone() throws Exception {
    Path path = folder.resolve("tokens.yaml");
    Secret secret = new TokenFile(path).add("ci-1", Map.of(), NOW).orElseThrow();
    assertFalse(Files.readString(path).contains(secret.reveal().substring(4)));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
  }

  @Test
  void whoWasGivenToReadItMayStillReadIt() throws Exception {
    // A gate that runs as another user reads it by its group; it holds hashes.
    Path path = Files.writeString(folder.resolve("tokens.yaml"), "tokens: []\n");
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));
    new TokenFile(path).add("ci-1", Map.of(), NOW);
    assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
  }

  @Test
  void aTakenNameIsRefusedAndNothingChanges() throws Exception {
    Path path = folder.resolve("tokens.yaml");
    TokenFile file = new TokenFile(path);
    Secret secret = file.add("ci-1", Map.of(), NOW).orElseThrow();
    String before = Files.readString(path);
    assertEquals(Optional.empty(), file.add("ci-1", Map.of(), NOW));
    assertEquals(before, Files.readString(path));
    assertTrue(file.load().proven("ci-1", secret.reveal()).isPresent());
  }

  @Test
  void whatIsRevokedProvesNothing() throws Exception {
    TokenFile file = new TokenFile(folder.resolve("tokens.yaml"));
    assertFalse(file.revoke("ci-1"));
    Secret secret = file.add("ci-1", Map.of(), NOW).orElseThrow();
    assertFalse(file.revoke("ci-2"));
    assertTrue(file.revoke("ci-1"));
    assertEquals(List.of(), file.load().all());
    assertTrue(file.load().proven("ci-1", secret.reveal()).isEmpty());
  }

  @Test
  void aWrongFileIsNeverOverwritten() throws IOException {
    Path path = Files.writeString(folder.resolve("tokens.yaml"), "tokens: 5\n");
    assertThrows(LoadException.class, () -> new TokenFile(path).add("a", Map.of(), NOW));
    assertEquals("tokens: 5\n", Files.readString(path));
  }

  @Test
  void aLinkKeepsLeadingToTheFile() throws Exception {
    Path path = Files.writeString(folder.resolve("real.yaml"), "tokens: []\n");
    Path link = Files.createSymbolicLink(folder.resolve("tokens.yaml"), path);
    new TokenFile(link).add("ci-1", Map.of(), NOW);
    assertTrue(Files.isSymbolicLink(link));
    assertEquals(1, new TokenFile(path).load().all().size());
  }

  @Test
  void nothingIsLeftBesideTheFileButTheLock() throws Exception {
    new TokenFile(folder.resolve("tokens.yaml")).add("ci-1", Map.of(), NOW);
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(
          List.of("tokens.yaml", "tokens.yaml.lock"),
          files.map(path -> path.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void changesAtTheSameTimeAreAllKept() throws Exception {
    TokenFile file = new TokenFile(folder.resolve("tokens.yaml"));
    List<Future<Optional<Secret>>> added = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 12; i++) {
        String name = "ci-" + i;
        added.add(threads.submit(() -> file.add(name, Map.of(), NOW)));
      }
      for (Future<Optional<Secret>> one : added) {
        assertTrue(one.get().isPresent());
      }
    }
    assertEquals(12, file.load().all().size());
  }

  @Test
  void aMissingFileCannotBeRead() {
    assertThrows(
        NoSuchFileException.class, () -> new TokenFile(folder.resolve("none.yaml")).load());
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        arguments("- a", "1:1: a token file must be a mapping"),
        arguments("token: []", "1:1: unknown key `token`; did you mean `tokens`?"),
        arguments("tokens: [a]", "1:10: a token must be a mapping"),
        arguments("tokens: [{sha256: " + HASH + "}]", "1:10: a token needs a `name`"),
        arguments("tokens: [{name: , sha256: " + HASH + "}]", "1:11: `name` has no value"),
        arguments("tokens: [{name: a+b, sha256: " + HASH + "}]", "1:11: `a+b` cannot name a token"),
        arguments("tokens: [{name: a}]", "1:10: `sha256` must be 64 lower-case hexadecimal"),
        arguments(
            "tokens: [{name: a, sha256: spt_secret}]", "1:20: `sha256` must be 64 lower-case"),
        arguments("tokens: [{name: a, sha256: " + "A".repeat(64) + "}]", "1:20: `sha256` must be"),
        arguments("tokens: [{name: a, sha256: " + "a".repeat(63) + "}]", "1:20: `sha256` must be"),
        arguments(
            "tokens: [{name: a, sha256: " + HASH + "}, {name: a, sha256: " + HASH + "}]",
            "1:96: two tokens are named `a`"),
        arguments(
            "tokens: [{name: a, sha256: " + HASH + ", labels: {a b: c}}]",
            "1:103: `a b` is not a label that can be kept"),
        arguments(
            "tokens: [{name: a, sha256: " + HASH + ", labels: {a: [c]}}]",
            "1:106: `a` must be text, not a list"),
        arguments(
            "tokens: [{name: a, sha256: " + HASH + ", created: today}]",
            "1:103: `created` must be a time in UTC"),
        arguments(
            "tokens: [{name: a, sha256: " + HASH + ", expires: never}]",
            "1:94: unknown key `expires`"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void aWrongFileIsSaidToBeWrongAtItsPlace(String text, String start) throws IOException {
    Path path = Files.writeString(folder.resolve("tokens.yaml"), text);
    LoadException wrong = assertThrows(LoadException.class, () -> new TokenFile(path).load());
    assertEquals(1, wrong.problems().size(), wrong.toString());
    String problem = wrong.problems().getFirst().toString();
    assertTrue(problem.startsWith(path + ":" + start), problem);
    assertFalse(problem.contains("spt_"), problem);
  }
}
