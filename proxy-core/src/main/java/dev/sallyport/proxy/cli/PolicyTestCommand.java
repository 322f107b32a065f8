package dev.sallyport.proxy.cli;

import dev.sallyport.rules.Policy;
import dev.sallyport.rules.check.PolicyTests;
import dev.sallyport.rules.check.TestResult;
import dev.sallyport.rules.load.LoadException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sallyport policy test FILE`: the policy's own tests, one line each.
@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    description = "Runs the tests that a policy carries.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every test passes, or there is none",
      "1:a test fails",
      "2:the policy cannot be read, or something in it is wrong"
    })
final class PolicyTestCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "FILE", description = "The policy: a file, or a folder of them.")
  private @Nullable Path file;

  @Option(names = "--json", description = "Print the results as JSON.")
  private boolean json;

  PolicyTestCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Runs the tests; returns the exit code.
  @Override
  public Integer call() throws LoadException {
    try {
      Policy policy = PolicyLocation.read(Objects.requireNonNull(file));
      List<TestResult> results = PolicyTests.run(policy, surroundings.clock().instant());
      List<TestResult> failed = results.stream().filter(result -> !result.passed()).toList();
      if (json) {
        surroundings.out().println(Json.text(PolicyFacts.of(policy, failed)));
      } else {
        print(policy, results, failed);
      }
      return failed.isEmpty() ? ExitCode.OK : ExitCode.DOES_NOT_HOLD;
    } catch (LoadException wrong) {
      if (json) {
        surroundings.out().println(Json.text(PolicyFacts.of(wrong)));
        return ExitCode.UNUSABLE;
      }
      throw wrong;
    }
  }

  private void print(Policy policy, List<TestResult> results, List<TestResult> failed) {
    Style style = surroundings.style();
    for (TestResult result : results) {
      String line = result.line();
      surroundings.out().println(result.passed() ? line : style.bad(line));
    }
    String verdict = PolicyFacts.verdict(results.size(), failed.size());
    surroundings
        .out()
        .println(
            policy.stamp().shortText()
                + ": "
                + (failed.isEmpty() ? style.good(verdict) : style.bad(verdict)));
  }
}
