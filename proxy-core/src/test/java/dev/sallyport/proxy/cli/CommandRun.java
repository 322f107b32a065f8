package dev.sallyport.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sallyport.proxy.config.UserFolders;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/// What a command did that ran in this process.
record CommandRun(int exitCode, String out, String err) {
  /// When everything in these tests happens.
  static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  /// Runs a command for a user with this home folder and nothing in the environment.
  static CommandRun of(Path home, String... args) {
    return of(home, Map.of(), Style.PLAIN, args);
  }

  static CommandRun of(Path home, Map<String, String> environment, Style style, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Surroundings surroundings =
        new Surroundings(
            environment,
            UserFolders.of(environment, home),
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            style,
            InstantSource.fixed(NOW));
    int exitCode = Main.run(surroundings, args);
    return new CommandRun(exitCode, out.toString(), err.toString());
  }

  /// Checks the exit code; the message shows what was printed.
  CommandRun endsWith(int expected) {
    assertEquals(expected, exitCode, this::toString);
    return this;
  }
}
