package dev.sallyport.proxy.workbench;

import dev.sallyport.rules.load.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Runs git to read objects, which starts no shell, no filter, no pager and no hook.
final class GitCommand {
  /// How long git may take.
  static final Duration TIMEOUT = Duration.ofSeconds(20);

  /// Octets of git's complaint that are read.
  private static final int MAX_COMPLAINT = 4096;

  private GitCommand() {}

  /// What git prints; blocks until it has ended.
  ///
  /// @param folder where git is run; below it or above it is the repository
  /// @param max octets that it may print
  /// @param about what is read, for messages
  /// @throws IOException with a sentence for a person when git fails or prints more
  static byte[] output(Path folder, String about, int max, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("git", "--no-pager"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(folder.toFile());
    Map<String, String> environment = builder.environment();
    // Nothing is asked for on the terminal, and what a partial clone lacks is not fetched.
    environment.put("GIT_TERMINAL_PROMPT", "0");
    environment.put("GIT_NO_LAZY_FETCH", "1");
    environment.put("LC_ALL", "C");
    Process git = start(builder);
    try {
      return output(git, about, max);
    } finally {
      git.destroyForcibly();
    }
  }

  private static Process start(ProcessBuilder builder) throws IOException {
    try {
      Process git = builder.start();
      git.getOutputStream().close();
      return git;
    } catch (IOException none) {
      throw new IOException("git cannot be run; install it, or name two files", none);
    }
  }

  private static byte[] output(Process git, String about, int max) throws IOException {
    Thread guard = Thread.ofVirtual().start(() -> endAfterTimeout(git));
    try (InputStream out = git.getInputStream();
        InputStream err = git.getErrorStream()) {
      byte[] octets = out.readNBytes(max + 1);
      if (octets.length > max) {
        throw new IOException(Problem.quote(about) + " is larger than a policy may be");
      }
      String complaint = new String(err.readNBytes(MAX_COMPLAINT), StandardCharsets.UTF_8);
      if (git.waitFor() != 0) {
        throw new IOException(
            Problem.quote(about) + " cannot be read from git: " + sentence(complaint));
      }
      return octets;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while git was running", interrupted);
    } finally {
      guard.interrupt();
    }
  }

  private static void endAfterTimeout(Process git) {
    try {
      if (!git.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        git.destroyForcibly();
      }
    } catch (InterruptedException finished) {
      Thread.currentThread().interrupt();
    }
  }

  /// The first line of git's complaint without its `fatal: `.
  private static String sentence(String complaint) {
    String line =
        complaint.lines().findFirst().map(said -> said.replaceFirst("^fatal: ", "")).orElse("");
    if (line.toLowerCase(Locale.ROOT).contains("not a git repository")) {
      return "this is not a git repository; name a file, or go into the repository";
    }
    return line.isEmpty() ? "it took too long or failed" : Problem.quote(line.replace('`', '\''));
  }
}
