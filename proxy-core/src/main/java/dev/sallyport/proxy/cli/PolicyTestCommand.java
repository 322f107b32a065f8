package dev.sallyport.proxy.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.rules.Policy;
import dev.sallyport.rules.check.PolicyTests;
import dev.sallyport.rules.check.TestResult;
import dev.sallyport.rules.load.LoadException;
import java.io.IOException;
import java.nio.file.Files;
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

  @Option(
      names = "--junit",
      paramLabel = "FILE",
      description = "Write the results to this file as JUnit XML, too.")
  private @Nullable Path junit;

  PolicyTestCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Runs the tests; returns the exit code.
  @Override
  public Integer call() throws LoadException, CommandFailure {
    try {
      Policy policy = PolicyLocation.read(Objects.requireNonNull(file));
      List<TestResult> results = PolicyTests.run(policy, surroundings.clock().instant());
      List<TestResult> failed = results.stream().filter(result -> !result.passed()).toList();
      Path report = junit;
      if (report != null) {
        save(report, JunitReport.of(policy, results, surroundings.clock().instant()));
      }
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

  private static void save(Path file, String report) throws CommandFailure {
    try {
      Files.writeString(file, report, UTF_8);
    } catch (IOException failed) {
      throw FileFailure.of(file, failed);
    }
  }

  private void print(Policy policy, List<TestResult> results, List<TestResult> failed) {
    Style style = surroundings.style();
    for (TestResult result : results) {
      String mark = result.passed() ? style.good("ok  ") : style.bad("FAIL");
      surroundings.out().println(mark + "  " + PolicyFacts.name(result.expected()));
      if (!result.passed()) {
        surroundings.out().println("      " + style.bad(result.differed()));
      }
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
