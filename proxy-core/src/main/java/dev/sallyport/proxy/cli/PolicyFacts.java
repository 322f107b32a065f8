package dev.sallyport.proxy.cli;

import dev.sallyport.rules.Addresses;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.ExpectedDecision;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.PolicySource;
import dev.sallyport.rules.check.TestResult;
import dev.sallyport.rules.load.LoadException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What the policy commands say of a policy, as data and in words.
final class PolicyFacts {
  private PolicyFacts() {}

  /// A policy that cannot be used.
  static Map<String, Object> of(LoadException wrong) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("ok", false);
    facts.put("problems", wrong.problems().stream().map(Json::data).toList());
    return facts;
  }

  /// A policy that can be read, with its failed tests; to be added to.
  static Map<String, Object> of(Policy policy, List<TestResult> failed) {
    PolicySource source = policy.source();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("ok", failed.isEmpty());
    facts.put("policy", policy.stamp().name());
    facts.put("version", policy.stamp().version());
    facts.put("classes", source.classes().size());
    facts.put("entries", source.classes().stream().mapToInt(one -> one.allow().size()).sum());
    facts.put("tests", source.tests().size());
    facts.put("failed", failed.stream().map(PolicyFacts::of).toList());
    return facts;
  }

  private static Map<String, Object> of(TestResult failed) {
    Map<String, Object> data = Json.data(failed.expected().place());
    data.put("test", failed.expected().text());
    data.put("differed", failed.differed());
    return data;
  }

  /// A test in one line: `policy.yaml:13 allow GET https://example.com/ profile developer`.
  static String name(ExpectedDecision test) {
    return test.place().fileAndLine()
        + "  "
        + test.outcome().code()
        + " "
        + test.text()
        + "  "
        + who(test.who());
  }

  /// For whom a test asks, in words.
  private static String who(ExpectedDecision.Who who) {
    return switch (who) {
      case ExpectedDecision.Who.WithProfile(String profile) -> "profile " + profile;
      case ExpectedDecision.Who.As(var client) -> "as " + who(client);
    };
  }

  private static String who(ClientIdentity client) {
    List<String> words = new ArrayList<>();
    client.userName().filter(name -> !name.isEmpty()).ifPresent(name -> words.add("token " + name));
    if (!client.labels().isEmpty()) {
      words.add("proven " + new TreeMap<>(client.labels()));
    }
    if (client.userName().isEmpty()) {
      words.add("anonymous from " + Addresses.text(client.address()));
    }
    if (!client.claimed().isEmpty()) {
      words.add("claimed " + new TreeMap<>(client.claimed()));
    }
    return String.join(", ", words);
  }

  /// How the tests went: `4 tests pass`, `1 of 4 tests fails`, `no tests`.
  static String verdict(int tests, int failed) {
    if (tests == 0) {
      return "no tests";
    }
    if (failed > 0) {
      return failed + " of " + count(tests, "test", "tests") + (failed == 1 ? " fails" : " fail");
    }
    return count(tests, "test passes", "tests pass");
  }

  /// A number with its noun.
  static String count(int number, String one, String many) {
    return number + " " + (number == 1 ? one : many);
  }
}
