package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.config.Managed;
import dev.sallyport.proxy.config.SettingsLoader;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.PolicySource;
import dev.sallyport.rules.check.Examples;
import dev.sallyport.rules.check.PolicyTests;
import dev.sallyport.rules.check.PolicyWarnings;
import dev.sallyport.rules.check.TestResult;
import dev.sallyport.rules.check.Warning;
import dev.sallyport.rules.load.LoadException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sallyport policy check FILE`: every problem, else every warning and whether the policy's own
/// tests pass.
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description =
        "Reads a policy, says everything that is wrong or doubtful in it, and runs its tests.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the policy can be used; there may be warnings",
      "1:a test in it fails, or --require-examples finds an entry without one",
      "2:it cannot be read, or something in it is wrong"
    })
final class PolicyCheckCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "FILE", description = "The policy: a file, or a folder of them.")
  private @Nullable Path file;

  @Option(names = "--json", description = "Print the findings as JSON.")
  private boolean json;

  @Option(
      names = "--require-examples",
      description = "Also ask for a test of each entry, which the entry alone decides.")
  private boolean requireExamples;

  PolicyCheckCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Checks; returns the exit code.
  @Override
  public Integer call() throws LoadException {
    try {
      Policy policy = PolicyLocation.read(Objects.requireNonNull(file));
      Instant now = surroundings.clock().instant();
      List<TestResult> failed =
          PolicyTests.run(policy, now).stream().filter(result -> !result.passed()).toList();
      List<Warning> missing = requireExamples ? Examples.missing(policy, now) : List.of();
      print(policy, new Findings(PolicyWarnings.of(policy, now), failed, missing), above());
      boolean holds = failed.isEmpty() && missing.isEmpty();
      return holds ? ExitCode.OK : ExitCode.DOES_NOT_HOLD;
    } catch (LoadException wrong) {
      if (json) {
        surroundings.out().println(Json.text(PolicyFacts.of(wrong)));
        return ExitCode.UNUSABLE;
      }
      throw wrong;
    }
  }

  /// What the organisation says of every policy of this machine, by name.
  private Map<String, Object> above() throws LoadException {
    Optional<Managed> managed =
        SettingsLoader.of(surroundings.folders(), surroundings.environment())
            .managedBy(surroundings.managed())
            .managed();
    Map<String, Object> facts = new LinkedHashMap<>();
    if (managed.isPresent()) {
      facts.put("file", managed.get().file().toString());
      facts.put("fixes", managed.get().fixed());
      Optional<Path> outer = managed.get().policy();
      if (outer.isPresent()) {
        facts.put("policy", outer.get().toString());
        facts.put("version", PolicyLocation.read(outer.get()).stamp().shortText());
      }
    }
    return facts;
  }

  /// What was found, of three kinds.
  ///
  /// @param missing entries without a test of their own
  private record Findings(List<Warning> warnings, List<TestResult> failed, List<Warning> missing) {}

  private void print(Policy policy, Findings found, Map<String, Object> above) {
    List<TestResult> failed = found.failed;
    List<Warning> missing = found.missing;
    if (json) {
      Map<String, Object> facts = PolicyFacts.of(policy, failed);
      facts.put("ok", failed.isEmpty() && missing.isEmpty());
      facts.put("warnings", found.warnings.stream().map(Json::data).toList());
      if (requireExamples) {
        facts.put("without-example", missing.stream().map(Json::data).toList());
      }
      if (!above.isEmpty()) {
        facts.put("managed", above);
      }
      surroundings.out().println(Json.text(facts));
      return;
    }
    Style style = surroundings.style();
    found.warnings.forEach(
        warning -> surroundings.out().println(style.doubtful(warning.toString())));
    failed.forEach(result -> surroundings.out().println(style.bad(result.line())));
    if (above.containsKey("policy")) {
      surroundings
          .out()
          .println(
              "managed: what this policy allows, %s (%s) must allow too"
                  .formatted(above.get("version"), above.get("policy")));
    }
    if (above.get("fixes") instanceof List<?> fixed && !fixed.isEmpty()) {
      surroundings
          .out()
          .println(
              "managed: %s fixes %s"
                  .formatted(
                      above.get("file"),
                      String.join(", ", fixed.stream().map(String::valueOf).toList())));
    }
    missing.forEach(
        entry -> surroundings.out().println(style.bad(entry.place() + ": " + entry.text())));
    surroundings.out().println(summary(policy, failed, missing.size()));
  }

  private String summary(Policy policy, List<TestResult> failed, int missing) {
    PolicySource source = policy.source();
    int entries = source.classes().stream().mapToInt(one -> one.allow().size()).sum();
    String what =
        "%s, %s, %s, %s"
            .formatted(
                policy.stamp().shortText(),
                PolicyFacts.count(source.classes().size(), "class", "classes"),
                PolicyFacts.count(entries, "entry", "entries"),
                PolicyFacts.verdict(source.tests().size(), failed.size()));
    Style style = surroundings.style();
    if (missing > 0) {
      String without = PolicyFacts.count(missing, "entry has", "entries have");
      return style.bad("failed") + ": " + what + ", " + without + " no test";
    }
    return failed.isEmpty() ? style.good("ok") + ": " + what : style.bad("failed") + ": " + what;
  }
}
