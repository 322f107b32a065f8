package dev.sallyport.proxy.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.rules.Policy;
import dev.sallyport.rules.check.PolicyDraft;
import dev.sallyport.rules.check.PolicyTests;
import dev.sallyport.rules.check.TestResult;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.PolicyLoader;
import dev.sallyport.rules.load.Problem;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where a drafted policy goes. It is loaded and its tests are run first: what does not load is
/// never handed out.
final class DraftOutput {
  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description = "Write it to this file; to standard output unless given.")
  private @Nullable Path file;

  @Option(names = "--force", description = "Overwrite the file when it is there.")
  private boolean force;

  @Option(names = "--json", description = "Print the policy and what is to be said of it as JSON.")
  private boolean json;

  /// Whether it goes into a file.
  boolean isFile() {
    return file != null;
  }

  /// Writes a draft; returns the exit code.
  int write(Surroundings surroundings, PolicyDraft draft) throws CommandFailure {
    return write(surroundings, draft, List.of());
  }

  /// Writes a draft, and what is to be said of it to standard error.
  int write(Surroundings surroundings, PolicyDraft draft, List<String> remarks)
      throws CommandFailure {
    String text = draft.text();
    int tests = verified(text, surroundings.clock().instant());
    Path to = file;
    if (to != null) {
      save(to, text);
    }
    if (json) {
      Map<String, Object> data = new LinkedHashMap<>();
      data.put("policy", text);
      data.put("tests", tests);
      data.put("remarks", remarks);
      surroundings.out().println(Json.text(data));
      return ExitCode.OK;
    }
    remarks.forEach(surroundings.err()::println);
    if (to == null) {
      surroundings.out().print(text);
    } else {
      surroundings.out().println(to + ": written, " + PolicyFacts.verdict(tests, 0));
    }
    return ExitCode.OK;
  }

  private static int verified(String text, Instant now) throws CommandFailure {
    try {
      Policy policy = PolicyLoader.load("draft", text);
      List<TestResult> results = PolicyTests.run(policy, now);
      List<String> failed =
          results.stream().filter(each -> !each.passed()).map(TestResult::line).toList();
      if (!failed.isEmpty()) {
        throw CommandFailure.unusable(
            "what was read contradicts itself, so there is no policy: "
                + String.join("; ", failed));
      }
      return results.size();
    } catch (LoadException wrong) {
      throw CommandFailure.unusable(
          "what was read makes no policy: " + wrong.problems().getFirst());
    }
  }

  private void save(Path to, String text) throws CommandFailure {
    OpenOption[] options =
        force
            ? new OpenOption[] {
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE
            }
            : new OpenOption[] {StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE};
    try {
      Files.writeString(to, text, UTF_8, options);
    } catch (FileAlreadyExistsException there) {
      throw CommandFailure.unusable(
          Problem.quote(to.toString())
              + " is there already; name another file, or overwrite it with --force");
    } catch (IOException failed) {
      throw FileFailure.of(to, failed);
    }
  }
}
