package dev.sallyport.rules.check;

import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.ExceptionTerms;
import dev.sallyport.rules.ExpectedDecision;
import dev.sallyport.rules.IdentityMethod;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.RequestSight;
import dev.sallyport.rules.TrafficClass;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Runs the examples that a policy carries. A policy that fails one is not what its author thinks
/// it is, and a gate does not load it.
public final class PolicyTests {
  private PolicyTests() {}

  /// Judges every example, in the order of the files. The result has one line for each.
  ///
  /// An example that an exception decides says the opposite once the exception has ended: what it
  /// allowed must then be refused, and what it refused is, for whatever reason. Report mode changes
  /// nothing here: examples are held against what enforcement would say, unless they expect
  /// `reported`.
  ///
  /// @param at the time for which the policy is judged
  public static List<TestResult> run(Policy policy, Instant at) {
    return policy.source().tests().stream().map(test -> run(policy, test, at)).toList();
  }

  private static TestResult run(Policy policy, ExpectedDecision expected, Instant at) {
    Decision actual =
        decide(policy, expected.who(), expected.destination(), expected.request(), at);
    Optional<ExceptionTerms> ended = endedException(policy, expected, at);
    if (ended.isPresent()) {
      return new TestResult(expected, actual, reversed(actual, ended.get()));
    }
    boolean asReported = expected.reason().equals(Optional.of(Reason.REPORTED));
    Optional<Decision.Would> would = asReported ? Optional.empty() : actual.would();
    Outcome outcome = would.map(Decision.Would::outcome).orElse(actual.outcome());
    Reason given = would.map(Decision.Would::reason).orElse(actual.reason());
    List<String> differed = new ArrayList<>();
    if (outcome != expected.outcome()) {
      String got = outcome.code() + " (" + given.code() + ruleOf(actual) + ")";
      differed.add("expected " + expected.outcome().code() + ", got " + got);
    }
    expected
        .reason()
        .filter(reason -> reason != given)
        .ifPresent(
            reason -> differed.add("expected reason " + reason.code() + ", got " + given.code()));
    expected
        .trafficClass()
        .filter(wanted -> !actual.trafficClass().filter(wanted::equals).isPresent())
        .ifPresent(
            wanted -> differed.add("expected class `" + wanted + "`, got " + classOf(actual)));
    return new TestResult(expected, actual, String.join("; ", differed));
  }

  /// The exception that decided the example and has ended.
  private static Optional<ExceptionTerms> endedException(
      Policy policy, ExpectedDecision expected, Instant at) {
    if (policy.source().exceptions().stream().allMatch(terms -> terms.isInForce(at))) {
      return Optional.empty();
    }
    Decision once =
        decide(policy, expected.who(), expected.destination(), expected.request(), Instant.MIN);
    return policy.source().classes().stream()
        .flatMap(from -> from.allow().stream())
        .filter(entry -> once.rule().equals(Optional.of(entry.rule())))
        .flatMap(entry -> entry.exception().stream())
        .filter(terms -> !terms.isInForce(at))
        .findFirst();
  }

  private static String reversed(Decision actual, ExceptionTerms ended) {
    boolean refused = actual.outcome() != Outcome.ALLOW || actual.would().isPresent();
    return refused
        ? ""
        : "exception "
            + ended.id()
            + " ended at "
            + ended.expires()
            + ", so expected a refusal, got allow ("
            + actual.reason().code()
            + ruleOf(actual)
            + ")";
  }

  /// What the policy says of a profile or a client.
  static Decision decide(
      Policy policy,
      ExpectedDecision.Who who,
      Destination destination,
      Optional<RequestSight> request,
      Instant at) {
    return switch (who) {
      case ExpectedDecision.Who.WithProfile(String name) ->
          policy.decide(name, IdentityMethod.NONE, destination, request, at);
      case ExpectedDecision.Who.As(var client) -> policy.decide(client, destination, request, at);
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
