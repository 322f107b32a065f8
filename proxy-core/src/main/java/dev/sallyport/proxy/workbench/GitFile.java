package dev.sallyport.proxy.workbench;

import dev.sallyport.rules.load.Problem;
import dev.sallyport.rules.load.YamlFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A file as it was in some revision of a git repository. `git cat-file` is run for it, which
/// starts no filter, no pager and no hook.
public final class GitFile {
  /// How long git may take.
  static final Duration TIMEOUT = Duration.ofSeconds(20);

  /// Octets of git's complaint that are read.
  private static final int MAX_COMPLAINT = 4096;

  private GitFile() {}

  /// Reads a file of a revision; blocks until git has ended.
  ///
  /// @param folder where git is run; below it or above it is the repository
  /// @param object `REVISION:PATH` as git takes it, the path from the top of the repository, or
  ///   from the folder when it begins with `./`
  /// @throws IOException with a sentence for a person when there is no such revision or file, it is
  ///   larger than a policy may be, or is not UTF-8
  public static String read(Path folder, String object) throws IOException {
    if (object.startsWith("-")) {
      throw new IOException(Problem.quote(object) + " is not a git revision");
    }
    ProcessBuilder builder =
        new ProcessBuilder(List.of("git", "--no-pager", "cat-file", "blob", object));
    builder.directory(folder.toFile());
    Map<String, String> environment = builder.environment();
    // Nothing is asked for on the terminal, and what a partial clone lacks is not fetched.
    environment.put("GIT_TERMINAL_PROMPT", "0");
    environment.put("GIT_NO_LAZY_FETCH", "1");
    environment.put("LC_ALL", "C");
    Process git = start(builder);
    try {
      return output(git, object);
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

  private static String output(Process git, String object) throws IOException {
    Thread guard = Thread.ofVirtual().start(() -> endAfterTimeout(git));
    try (InputStream out = git.getInputStream();
        InputStream err = git.getErrorStream()) {
      byte[] octets = out.readNBytes(YamlFile.MAX_SIZE + 1);
      if (octets.length > YamlFile.MAX_SIZE) {
        throw new IOException(Problem.quote(object) + " is larger than a policy may be");
      }
      String complaint = new String(err.readNBytes(MAX_COMPLAINT), StandardCharsets.UTF_8);
      if (git.waitFor() != 0) {
        throw new IOException(
            Problem.quote(object) + " cannot be read from git: " + sentence(complaint));
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
    } catch (CharacterCodingException wrong) {
      throw new IOException(Problem.quote(object) + " is not UTF-8; save it as UTF-8", wrong);
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
