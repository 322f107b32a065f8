package dev.sallyport.rules.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.ExpectedDecision.Who;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.TestPolicy;
import dev.sallyport.rules.load.ExampleRequest;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.PolicyLoader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A WebSocket is judged as a GET and as a POST by whoever asks a policy: tests, `explain`, the
/// gate.
class WebSocketRulesTest {
  private static final String POLICY =
      """
      sallyport: 1
      name: acme
      classes:
        chat:
          intercept: true
          allow:
            - {host: both.test, methods: [GET, POST], paths: [/live/**]}
            - {host: both.test, methods: [GET], paths: [/read/**]}
            - {host: any.test}
            - {host: plain.test, scheme: http}
            - {host: field.test, methods: [GET], headers: {upgrade: websocket}}
        get: {intercept: true, methods: [GET], allow: [split.test]}
        post: {intercept: true, methods: [POST], allow: [split.test]}
        trial:
          intercept: true
          mode: report
          owner: platform
          until: 2027-01-31T00:00:00Z
          allow: [{host: trial.test, methods: [GET]}]
      deny:
        - {host: any.test, methods: [POST], paths: [/quiet]}
      profiles:
        dev: {classes: [chat, get, post, trial]}
        asked: {classes: [chat], unknown: ask}
      """;

  private static Policy policy(String tests) throws LoadException {
    return PolicyLoader.load("policy.yaml", POLICY + tests);
  }

  @ParameterizedTest
  @CsvSource({
    "wss://both.test/live/a, allow, listed",
    "wss://both.test/read/a, deny, method-not-allowed",
    "GET https://both.test/read/a, allow, listed",
    "wss://both.test/other, deny, path-not-allowed",
    "wss://any.test/, allow, listed",
    "wss://any.test/quiet, deny, denied-by-rule",
    "GET https://any.test/quiet, allow, listed",
    "ws://plain.test/, allow, listed",
    "wss://plain.test/, deny, scheme-not-allowed",
    "wss://any.test:8443/, deny, port-not-allowed",
    "wss://field.test/, deny, method-not-allowed",
    "wss://split.test/, allow, listed",
    "wss://trial.test/, allow, reported",
    "GET https://trial.test/, allow, listed",
    "wss://other.test/, deny, not-listed",
  })
  void isAllowedWhereGetAndPostAre(String request, String outcome, String reason) throws Exception {
    ExampleRequest asked = ExampleRequest.parse(request);
    Explanation explained =
        Explanation.of(
            policy(""),
            new Who.WithProfile("dev"),
            asked.destination(),
            asked.sight(Map.of()),
            TestPolicy.AT);
    assertEquals(outcome, explained.decision().outcome().code());
    assertEquals(reason, explained.decision().reason().code());
  }

  @Test
  void testsOfAPolicyKnowIt() throws LoadException {
    Policy tested =
        policy(
            """
            tests:
              - {allow: "wss://both.test/live/a", profile: dev, class: chat}
              - {deny: "GET wss://both.test/read/a", profile: dev, reason: method-not-allowed}
              - {deny: "GET https://both.test/read/a", headers: {Upgrade: WebSocket}, profile: dev}
              - {allow: "GET https://both.test/read/a", headers: {Upgrade: h2c}, profile: dev}
              - {deny: "wss://trial.test/", profile: dev, reason: method-not-allowed}
              - {ask: "wss://other.test/", profile: asked}
              - {allow: "wss://both.test/read/a", profile: dev}
            """);
    List<TestResult> results = PolicyTests.run(tested, TestPolicy.AT);
    assertTrue(results.stream().limit(6).allMatch(TestResult::passed), results::toString);
    assertEquals(
        "expected allow, got deny (method-not-allowed, policy.yaml:8)",
        results.getLast().differed());
  }

  @Test
  void aRefusalSaysWhatIsLacking() throws Exception {
    ExampleRequest asked = ExampleRequest.parse("wss://both.test/read/a");
    List<String> lines =
        Explanation.of(
                policy(""),
                new Who.WithProfile("dev"),
                asked.destination(),
                asked.sight(Map.of()),
                TestPolicy.AT)
            .lines(place -> Optional.empty());
    assertTrue(
        lines.contains(
            "  because  what a WebSocket carries up is not read, so its entry has to allow GET and"
                + " POST"),
        lines::toString);
  }
}
