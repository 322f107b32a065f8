package dev.sallyport.rules.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.IdentityMethod;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.TestPolicy;
import dev.sallyport.rules.TrafficClass;
import dev.sallyport.rules.Treatment;
import dev.sallyport.rules.check.PolicyTests;
import dev.sallyport.rules.check.PolicyWarnings;
import dev.sallyport.rules.check.TestResult;
import dev.sallyport.rules.check.Warning;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What changes with time, and what is asked or only reported.
class TimeAndModesTest {
  private static final Instant END = Instant.parse("2026-12-01T00:00:00Z");
  private static final Instant BEFORE = END.minusNanos(1);

  private static final Policy EXCEPTIONS =
      Loads.policy(
          Loads.HEAD
              + """
              classes:
                web: {intercept: true, methods: [GET], allow: [a.example]}
                other: {allow: [b.example]}
              profiles: {dev: {classes: [web]}, ops: {classes: [other]}}
              assign:
                - {proven: {repository: 'acme/*', team: x}, profile: dev}
                - {token: other, profile: dev}
              exceptions:
                - id: EX-1
                  class: web
                  allow: {host: mirror.example}
                  for: {proven: {repository: acme/shop}}
                  reason: outage
                  owner: platform
                  reviewer: secops
                  compensating-control: lockfile check
                  expires: 2026-12-01T00:00:00Z
                - {id: EX-2, class: web, allow: c.example, reason: r, owner: o, expires: 2026-12-01T00:00:00Z}
                - {id: EX-3, class: web, allow: {catalog: npm}, reason: r, owner: o, expires: 2027-12-01T00:00:00Z}
              tests:
                - {allow: "GET https://mirror.example/", as: {proven: {repository: acme/shop, team: x}}, reason: exception}
                - {allow: "GET https://c.example/", profile: dev}
                - {deny: "POST https://c.example/", profile: dev, reason: method-not-allowed}
                - {deny: "GET https://mirror.example/", as: {token: other}}
              """);

  private static ClientIdentity client(String token, String repository) {
    return new ClientIdentity(
        new ClientIdentity.Proof.Token(token),
        TestPolicy.token(token).address(),
        "main",
        Map.of("repository", repository, "team", "x"),
        Map.of());
  }

  private static Reason reason(ClientIdentity client, String url, Instant at) {
    return EXCEPTIONS.decide(client, TestPolicy.to(url), at).reason();
  }

  @Test
  void anExceptionIsForItsClientsUntilItsEnd() {
    ClientIdentity shop = client("t", "acme/shop");
    String mirror = "https://mirror.example";
    assertEquals(Reason.EXCEPTION, reason(shop, mirror, BEFORE));
    assertEquals(Reason.NOT_LISTED, reason(shop, mirror, END));
    assertEquals(Reason.NOT_LISTED, reason(client("t", "acme/other"), mirror, BEFORE));
    assertEquals(Reason.EXCEPTION, reason(client("t", "acme/other"), "https://c.example", BEFORE));
    assertEquals(Reason.LISTED, reason(shop, "https://a.example", END));
    assertEquals(Reason.UNASSIGNED, reason(client("t", "evil/acme"), mirror, BEFORE));
    assertEquals(
        Reason.NOT_LISTED,
        EXCEPTIONS
            .decide("ops", IdentityMethod.NONE, TestPolicy.to("https://c.example"), BEFORE)
            .reason());
  }

  @Test
  void anExceptionKeepsItsClassesTreatmentAndNamesItself() {
    Decision decision =
        EXCEPTIONS.decide("dev", IdentityMethod.NONE, TestPolicy.to("https://c.example"), BEFORE);
    assertEquals(Treatment.INTERCEPT, decision.treatment());
    assertEquals("EX-2", decision.rule().orElseThrow().id());
    assertEquals(Optional.of(new TrafficClass("web")), decision.trafficClass());
    assertEquals("EX-2", decision.exception().orElseThrow().id());
    assertEquals(3, EXCEPTIONS.source().exceptions().size());
  }

  @Test
  void theTestsOfAnExceptionThatEndedRunReversed() {
    assertEquals(
        List.of(true, true, true, true),
        PolicyTests.run(EXCEPTIONS, BEFORE).stream().map(TestResult::passed).toList());
    assertEquals(
        List.of("", "", "", ""),
        PolicyTests.run(EXCEPTIONS, END).stream().map(TestResult::differed).toList());
    Policy stillListed =
        Loads.policy(
            Loads.HEAD
                + """
                classes: {web: {allow: [{domain: a.example}]}, late: {allow: []}}
                profiles: {dev: {classes: [late, web]}}
                exceptions:
                  - {id: E, class: late, allow: a.example, reason: r, owner: o, expires: 2026-12-01T00:00:00Z}
                tests: [{allow: "GET https://a.example/", profile: dev}]
                """);
    assertEquals(
        "exception E ended at 2026-12-01T00:00:00Z, so expected a refusal, got allow (listed,"
            + " p.yaml:3)",
        PolicyTests.run(stillListed, END).getFirst().differed());
  }

  @Test
  void exceptionsThatEndSoonOrEndedAreWarnings() {
    assertEquals(
        List.of(
            "exception EX-1 of platform ends at 2026-12-01T00:00:00Z",
            "exception EX-2 of o ends at 2026-12-01T00:00:00Z"),
        warnings(EXCEPTIONS, BEFORE));
    assertEquals(
        List.of(
            "exception EX-1 of platform ended at 2026-12-01T00:00:00Z; remove it, or renew it",
            "exception EX-2 of o ended at 2026-12-01T00:00:00Z; remove it, or renew it"),
        warnings(EXCEPTIONS, END));
    assertEquals(List.of(), warnings(EXCEPTIONS, END.minusSeconds(31 * 86_400)));
  }

  private static List<String> warnings(Policy policy, Instant at) {
    return PolicyWarnings.of(policy, at).stream()
        .map(Warning::text)
        .filter(text -> text.contains("exception") || text.contains("report"))
        .toList();
  }

  private static final String MODE = "mode: report, owner: me, until: 2026-12-01T00:00:00Z";

  private static Policy reporting(String top, String web, String dev) {
    return Loads.policy(
        Loads.HEAD
            + (top.isEmpty() ? "" : top.replace(", ", "\n") + "\n")
            + "classes:\n  web: {allow: [{host: a.example, scheme: http, methods: [GET]},"
            + " {host: b.example, ports: 8443, resolves-to: 10.0.0.0/8}]"
            + (web.isEmpty() ? "" : ", " + web)
            + "}\ndeny: [{host: deny.example}]\nprofiles: {dev: {classes: [web]"
            + (dev.isEmpty() ? "" : ", " + dev)
            + "}, ask: {like: dev, unknown: ask}}\n");
  }

  @ParameterizedTest
  @CsvSource({
    // where, profile, listed host on a wrong port, unlisted host
    "policy, dev, REPORTED, REPORTED",
    "policy, ask, REPORTED, REPORTED",
    "class, dev, REPORTED, NOT_LISTED",
    "class, ask, REPORTED, ASK_PENDING",
    "profile, dev, REPORTED, REPORTED",
    "profile, ask, PORT_NOT_ALLOWED, ASK_PENDING",
    "none, dev, PORT_NOT_ALLOWED, NOT_LISTED",
    "none, ask, PORT_NOT_ALLOWED, ASK_PENDING",
  })
  void reportModeLetsThroughWhatRulesWouldRefuse(
      String where, String profile, Reason nearMiss, Reason unlisted) {
    Policy policy =
        reporting(
            where.equals("policy") ? MODE : "",
            where.equals("class") ? MODE : "",
            where.equals("profile") ? MODE : "");
    assertEquals(nearMiss, decide(policy, profile, "https://b.example", BEFORE).reason());
    assertEquals(unlisted, decide(policy, profile, "https://none.example", BEFORE).reason());
    assertEquals(
        Reason.PORT_NOT_ALLOWED, decide(policy, profile, "https://b.example", END).reason());
    assertEquals(
        Reason.DENIED_BY_RULE, decide(policy, profile, "https://deny.example", BEFORE).reason());
    assertEquals(Reason.UNASSIGNED, decide(policy, "x", "https://a.example", BEFORE).reason());
  }

  private static Decision decide(Policy policy, String profile, String url, Instant at) {
    return policy.decide(profile, IdentityMethod.NONE, TestPolicy.to(url), at);
  }

  @Test
  void aReportedDecisionSaysWhatEnforcementWouldHaveDone() {
    Policy policy = reporting(MODE, "", "");
    Decision unlisted = decide(policy, "ask", "https://none.example", BEFORE);
    assertEquals(Outcome.ALLOW, unlisted.outcome());
    assertEquals(Treatment.TUNNEL, unlisted.treatment());
    assertEquals(
        Optional.of(new Decision.Would(Outcome.ASK, Reason.ASK_PENDING)), unlisted.would());
    assertEquals(List.of(), unlisted.permit().orElseThrow().resolvesTo());
    // The name itself could carry data.
    assertEquals(false, unlisted.permit().orElseThrow().namesOneHost());
    Decision near = decide(policy, "dev", "https://b.example", BEFORE);
    assertEquals(1, near.permit().orElseThrow().resolvesTo().size());
    Decision literal = decide(policy, "dev", "https://8.8.8.8", BEFORE);
    assertEquals("TLS_NAME_OPTIONAL", literal.permit().orElseThrow().tunnel().opening().toString());
    Decision later = unlisted.withdrawn(Reason.ADDRESS_NOT_ALLOWED);
    assertEquals(Optional.empty(), later.would());
    assertTrue(
        warnings(policy, BEFORE)
            .contains("the policy only reports until 2026-12-01T00:00:00Z, by word of me"));
    assertTrue(
        warnings(policy, END)
            .contains("the policy was to report until 2026-12-01T00:00:00Z and enforces now"));
  }

  @Test
  void likeTakesOverClassesAndUnknownButNotReportMode() {
    Policy policy =
        Loads.policy(
            Loads.HEAD
                + "classes: {a: {}, b: {}, c: {}}\nprofiles:\n  third: {like: second}\n"
                + "  second: {like: first, without: [b]}\n"
                + "  first: {classes: [c, b, a], unknown: ask, "
                + MODE
                + "}\n  strict: {like: third, unknown: deny}\n");
    assertEquals("[c, a]", policy.source().profiles().getFirst().classes().toString());
    assertEquals(Optional.empty(), policy.source().profiles().getFirst().report());
    assertEquals(Outcome.ASK, decide(policy, "third", "https://a.example", BEFORE).outcome());
    assertEquals(Outcome.DENY, decide(policy, "strict", "https://a.example", BEFORE).outcome());
  }

  @Test
  void withoutNamesAClassThatIsThere() {
    assertEquals(
        List.of("p.yaml:4:59: profile `dev` has no class `b`; remove it"),
        Loads.problems(
            Loads.HEAD
                + "classes: {a: {}, b: {}}\n"
                + "profiles: {dev: {classes: [a]}, ci: {like: dev, without: [b]}}\n"));
  }

  @Test
  void claimsNarrowAndLabelsMatchByPrefix() {
    Policy policy =
        Loads.policy(
            Loads.HEAD
                + """
                classes: {a: {}, b: {}}
                profiles: {wide: {classes: [a, b]}, narrow: {classes: [a]}}
                assign:
                  - {any: true, claimed: {run: 'night-*'}, profile: narrow}
                  - {any: true, profile: wide}
                """);
    ClientIdentity plain = TestPolicy.token("t");
    ClientIdentity night =
        new ClientIdentity(
            plain.proof(), plain.address(), "main", Map.of(), Map.of("run", "night-7"));
    ClientIdentity notProven =
        new ClientIdentity(
            new ClientIdentity.Proof.Nothing(),
            plain.address(),
            "main",
            Map.of("repository", "acme/shop", "team", "x"),
            Map.of());
    assertEquals(Optional.of("narrow"), policy.profileOf(night));
    assertEquals(Optional.of("wide"), policy.profileOf(plain));
    assertEquals(Optional.empty(), EXCEPTIONS.profileOf(notProven));
  }
}
