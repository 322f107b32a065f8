package dev.sallyport.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  @TempDir private Path home = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {"--version", "-V", "policy --version", "token add --version"})
  void theVersionIsOneLine(String args) {
    CommandRun run = CommandRun.of(home, args.split(" ")).endsWith(ExitCode.OK);
    assertTrue(run.out().matches("sallyport \\S+\\R"), run.out());
  }

  @Test
  void helpListsTheCommandsAndTheExitCodes() {
    CommandRun run = CommandRun.of(home, "--help").endsWith(ExitCode.OK);
    for (String word : List.of("policy", "token", "Exit codes", "could not start")) {
      assertTrue(run.out().contains(word), run.out());
    }
  }

  static Stream<Main.Entry> commands() {
    return Main.COMMANDS.stream();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void aCommandIsListedUnderTheNameThatItHas(Main.Entry entry) {
    CommandRun run = CommandRun.of(home, entry.name(), "--help").endsWith(ExitCode.OK);
    assertTrue(run.out().startsWith("Usage: sallyport " + entry.name() + " "), run.out());
    String all = CommandRun.of(home, "--help").out();
    assertTrue(all.contains("\n  " + entry.name() + " "), all);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "policy",
        "policy check",
        "policy test",
        "policy explain",
        "token",
        "token add",
        "token list",
        "token revoke",
        "audit query",
        "audit report"
      })
  void everyCommandExplainsItself(String command) {
    CommandRun run = CommandRun.of(home, (command + " --help").split(" ")).endsWith(ExitCode.OK);
    assertTrue(run.out().startsWith("Usage: sallyport " + command), run.out());
    assertEquals("", run.err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "polcy",
        "policy chek x",
        "policy check",
        "policy check a b",
        "policy check --jsn a",
        "policy explain --profile a --as b example.com",
        "policy explain --set example.com",
        "token add",
        "token add a --label x",
        "--nonsense"
      })
  void wrongUsageIsSaidInWordsAndEndsWith2(String args) {
    CommandRun run = CommandRun.of(home, args.split(" ")).endsWith(ExitCode.UNUSABLE);
    assertEquals("", run.out());
    assertTrue(run.err().startsWith("sallyport: "), run.err());
    assertTrue(run.err().contains("--help` shows how it is used"), run.err());
    assertFalse(run.err().contains("Exception"), run.err());
    assertFalse(run.err().contains("class "), run.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "policy", "token"})
  void aGroupAloneShowsItsUsageAndEndsWith2(String group) {
    String[] args = group.isEmpty() ? new String[0] : new String[] {group};
    CommandRun run = CommandRun.of(home, args).endsWith(ExitCode.UNUSABLE);
    assertTrue(run.err().contains("Usage: sallyport"), run.err());
  }

  @Test
  void aMistypedCommandIsGuessed() {
    assertTrue(CommandRun.of(home, "tokne").err().contains("did you mean `token`?"));
  }
}
