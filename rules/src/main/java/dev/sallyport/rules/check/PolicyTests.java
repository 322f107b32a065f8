package dev.sallyport.rules.check;

import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.ExpectedDecision;
import dev.sallyport.rules.IdentityMethod;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.TrafficClass;
import java.util.ArrayList;
import java.util.List;

/// Runs the examples that a policy carries. A policy that fails one is not what its author thinks
/// it is, and a gate does not load it.
public final class PolicyTests {
  private PolicyTests() {}

  /// Judges every example, in the order of the files. The result has one line for each.
  public static List<TestResult> run(Policy policy) {
    return policy.source().tests().stream().map(test -> run(policy, test)).toList();
  }

  private static TestResult run(Policy policy, ExpectedDecision expected) {
    Decision actual = decide(policy, expected.who(), expected.destination());
    List<String> differed = new ArrayList<>();
    if (actual.outcome() != expected.outcome()) {
      String got = actual.outcome().code() + " (" + actual.reason().code() + ruleOf(actual) + ")";
      differed.add("expected " + expected.outcome().code() + ", got " + got);
    }
    expected
        .reason()
        .filter(reason -> reason != actual.reason())
        .ifPresent(
            reason ->
                differed.add(
                    "expected reason " + reason.code() + ", got " + actual.reason().code()));
    expected
        .trafficClass()
        .filter(wanted -> !actual.trafficClass().filter(wanted::equals).isPresent())
        .ifPresent(
            wanted -> differed.add("expected class `" + wanted + "`, got " + classOf(actual)));
    return new TestResult(expected, actual, String.join("; ", differed));
  }

  /// What the policy says of a profile or a client.
  static Decision decide(Policy policy, ExpectedDecision.Who who, Destination destination) {
    return switch (who) {
      case ExpectedDecision.Who.WithProfile(String name) ->
          policy.decide(name, IdentityMethod.NONE, destination);
      case ExpectedDecision.Who.As(var client) -> policy.decide(client, destination);
    };
  }

  private static String classOf(Decision actual) {
    return actual
        .trafficClass()
        .map(TrafficClass::name)
        .map(name -> "`" + name + "`")
        .orElse("none");
  }

  private static String ruleOf(Decision actual) {
    return actual.rule().map(rule -> ", " + rule.place().fileAndLine()).orElse("");
  }
}
