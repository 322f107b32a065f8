package dev.sallyport.rules.check;

import static dev.sallyport.rules.TestPolicy.allow;
import static dev.sallyport.rules.TestPolicy.host;
import static dev.sallyport.rules.TestPolicy.policy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.Assignment.Condition;
import dev.sallyport.rules.ExpectedDecision.Who;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.TestPolicy;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTestsTest {
  private static TestPolicy base() {
    return policy()
        .deny(host("bad.test"))
        .trafficClass("web", allow(host("x.test")))
        .profile("dev", "web")
        .profile("sealed")
        .assign("dev", new Condition.Proven());
  }

  @ParameterizedTest
  @CsvSource({
    "ALLOW, https://x.test, dev, , , ''",
    "ALLOW, https://x.test, dev, web, LISTED, ''",
    "DENY, https://y.test, dev, , NOT_LISTED, ''",
    "DENY, https://bad.test, dev, , DENIED_BY_RULE, ''",
    "DENY, https://x.test, no-such-profile, , UNASSIGNED, ''",
    "DENY, https://x.test, dev, , , 'expected deny, got allow (listed, policy.yaml:3)'",
    "ALLOW, https://y.test, dev, , , 'expected allow, got deny (not-listed, policy.yaml:4)'",
    "ASK, https://y.test, dev, , , 'expected ask, got deny (not-listed, policy.yaml:4)'",
    "DENY, https://y.test, dev, , DENIED_BY_RULE, 'expected reason denied-by-rule, got not-listed'",
    "ALLOW, https://x.test, dev, model, , 'expected class `model`, got `web`'",
    "DENY, https://y.test, dev, web, , 'expected class `web`, got none'",
    "ALLOW, https://x.test, sealed, web, LISTED, 'expected allow, got deny (not-listed,"
        + " policy.yaml:5); expected reason listed, got not-listed; expected class `web`, got"
        + " none'",
  })
  void saysWhatDiffered(
      Outcome outcome,
      String url,
      String profile,
      String trafficClass,
      Reason reason,
      String differed) {
    TestResult result =
        PolicyTests.run(
                base()
                    .expect(
                        outcome,
                        url,
                        profile,
                        Optional.ofNullable(trafficClass),
                        Optional.ofNullable(reason))
                    .build(),
                TestPolicy.AT)
            .getFirst();
    assertEquals(differed, result.differed());
    assertEquals(differed.isEmpty(), result.passed());
    assertEquals(
        "policy.yaml:7: "
            + outcome.code()
            + " "
            + url
            + ": "
            + (differed.isEmpty() ? "passed" : differed),
        result.line());
  }

  @Test
  void aClientGetsTheProfileThatIsAssigned() {
    List<TestResult> results =
        PolicyTests.run(
            base()
                .expect(
                    Outcome.ALLOW,
                    "https://x.test",
                    new Who.As(TestPolicy.token("t")),
                    Optional.empty(),
                    Optional.empty())
                .expect(
                    Outcome.DENY,
                    "https://x.test",
                    new Who.As(TestPolicy.anonymous("192.0.2.1")),
                    Optional.empty(),
                    Optional.of(Reason.UNASSIGNED))
                .expect(
                    Outcome.DENY,
                    "https://x.test",
                    new Who.As(TestPolicy.token("t")),
                    Optional.empty(),
                    Optional.empty())
                .build(),
            TestPolicy.AT);
    assertEquals(3, results.size());
    assertTrue(results.get(0).passed());
    assertTrue(results.get(1).passed());
    assertFalse(results.get(2).passed());
  }

  @Test
  void aPolicyWithoutTestsHasNoResults() {
    assertEquals(List.of(), PolicyTests.run(base().build(), TestPolicy.AT));
  }
}
