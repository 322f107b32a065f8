package dev.sallyport.proxy;

import dev.sallyport.rules.Entry;
import dev.sallyport.rules.Interception;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.PolicySource;
import dev.sallyport.rules.Treatment;
import dev.sallyport.rules.check.PolicyTests;
import dev.sallyport.rules.check.TestResult;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.PolicyLoader;
import dev.sallyport.rules.load.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Where a gate's policy comes from. Loading reads, checks and runs the policy's own tests; what
/// comes out may be put in force. Blocks; not for event loops.
public sealed interface PolicyOrigin {
  /// A file or folder, read again when it changes; messages name it as the person did.
  record File(Path path) implements PolicyOrigin {
    @Override
    public String shown() {
      return path.toString();
    }
  }

  /// Text that came with the program or was read before.
  record Text(String shown, String text) implements PolicyOrigin {}

  /// The path or name, for messages.
  String shown();

  /// What it says: of a folder all files, each behind a comment with its name.
  ///
  /// @throws IOException when it cannot be read
  default String text() throws IOException {
    return switch (this) {
      case Text(String name, String text) -> text;
      case File(Path path) when !Files.isDirectory(path) -> Files.readString(path);
      case File(Path path) -> {
        StringBuilder all = new StringBuilder();
        for (Path file : PolicyLoader.files(path)) {
          all.append("# file: ").append(file.getFileName()).append('\n');
          all.append(Files.readString(file)).append('\n');
        }
        yield all.toString();
      }
    };
  }

  /// Loads it.
  ///
  /// @throws PolicyRejectedException with every problem, and then nothing is put in force
  default Policy load() throws PolicyRejectedException {
    Policy policy = read();
    List<String> problems = new ArrayList<>();
    for (PolicySource.ClassSource from : policy.source().classes()) {
      if (from.treatment() == Treatment.INTERCEPT) {
        problems.add(
            from.place()
                + ": class `"
                + from.name()
                + "` needs interception, which is not in this version; take out `intercept: true`"
                + " to let its hosts through as tunnels");
      }
      from.allow().forEach(entry -> notYet(from, entry).ifPresent(problems::add));
    }
    for (TestResult result : PolicyTests.run(policy, Instant.now())) {
      if (!result.passed()) {
        problems.add(result.expected().place() + ": test failed: " + result.line());
      }
    }
    if (!problems.isEmpty()) {
      throw new PolicyRejectedException(problems);
    }
    return policy;
  }

  /// What an entry asks for and this version's gate cannot do. A word that it would read over could
  /// let through what the author meant to hold back.
  private static Optional<String> notYet(PolicySource.ClassSource from, Entry entry) {
    String at = entry.rule().place() + ": this entry ";
    if (entry.interception() == Interception.ON && from.treatment() != Treatment.INTERCEPT) {
      return Optional.of(
          at + "needs interception, which is not in this version; take out `intercept: true`");
    }
    if (entry.duties().needsSight() && from.treatment() != Treatment.INTERCEPT) {
      return Optional.of(
          at + "needs an inspection that is not in this version; take out the condition");
    }
    return entry
        .duties()
        .uploadLimit()
        .map(limit -> at + "has an upload limit, which is not in this version; take it out");
  }

  private Policy read() throws PolicyRejectedException {
    try {
      return switch (this) {
        case File(Path path) -> PolicyLoader.load(path);
        case Text(String name, String text) -> PolicyLoader.load(name, text);
      };
    } catch (LoadException wrong) {
      throw new PolicyRejectedException(wrong.problems().stream().map(Problem::toString).toList());
    } catch (IOException unreadable) {
      throw new PolicyRejectedException(
          List.of(
              shown()
                  + ": the policy cannot be read; is the path right, and may the gate read it?"));
    }
  }
}
