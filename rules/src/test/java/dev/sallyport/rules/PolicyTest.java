package dev.sallyport.rules;

import static dev.sallyport.rules.TestPolicy.address;
import static dev.sallyport.rules.TestPolicy.allow;
import static dev.sallyport.rules.TestPolicy.anonymous;
import static dev.sallyport.rules.TestPolicy.any;
import static dev.sallyport.rules.TestPolicy.below;
import static dev.sallyport.rules.TestPolicy.domain;
import static dev.sallyport.rules.TestPolicy.host;
import static dev.sallyport.rules.TestPolicy.ownClient;
import static dev.sallyport.rules.TestPolicy.policy;
import static dev.sallyport.rules.TestPolicy.ports;
import static dev.sallyport.rules.TestPolicy.to;
import static dev.sallyport.rules.TestPolicy.token;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.Assignment.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTest {
  private static final IdentityMethod NONE = IdentityMethod.NONE;

  private static Decision decide(TestPolicy policy, String url) {
    return policy.build().decide("dev", NONE, to(url), TestPolicy.AT);
  }

  private static String rule(Decision decision) {
    return decision.rule().map(RuleRef::id).orElse("");
  }

  @ParameterizedTest
  @CsvSource({
    // exactly: a.example.org; below: sub.example.com; both: dom.example.net; literals: 192.0.2.0/24
    // and 2001:db8::/32
    "https://a.example.org, LISTED, rule-2",
    "https://A.EXAMPLE.ORG., LISTED, rule-2",
    "https://example.org, NOT_LISTED, profile:dev",
    "https://x.a.example.org, NOT_LISTED, profile:dev",
    "https://xa.example.org, NOT_LISTED, profile:dev",
    "https://a.example.org.evil.test, NOT_LISTED, profile:dev",
    "https://sub.example.com, NOT_LISTED, profile:dev",
    "https://x.sub.example.com, LISTED, rule-3",
    "https://y.x.sub.example.com, LISTED, rule-3",
    "https://xsub.example.com, NOT_LISTED, profile:dev",
    "https://dom.example.net, LISTED, rule-4",
    "https://x.dom.example.net, LISTED, rule-4",
    "https://xdom.example.net, NOT_LISTED, profile:dev",
    "https://net, NOT_LISTED, profile:dev",
    "https://192.0.2.0, LISTED, rule-5",
    "https://192.0.2.255, LISTED, rule-5",
    "https://192.0.1.255, NOT_LISTED, profile:dev",
    "https://192.0.3.0, NOT_LISTED, profile:dev",
    "https://[2001:db8::1], LISTED, rule-6",
    "https://[2001:db9::], NOT_LISTED, profile:dev",
    "https://[::ffff:192.0.2.1], LISTED, rule-5",
    "https://evil.test, NOT_LISTED, profile:dev",
    // wrong port, wrong scheme: the host is listed all the same
    "https://a.example.org:8443, PORT_NOT_ALLOWED, rule-2",
    "http://a.example.org, SCHEME_NOT_ALLOWED, rule-2",
    "http://a.example.org:443, SCHEME_NOT_ALLOWED, rule-2",
    "https://192.0.2.1:80, PORT_NOT_ALLOWED, rule-5",
  })
  void whatAnEntryStandsFor(String url, Reason reason, String rule) {
    TestPolicy policy =
        policy()
            .trafficClass(
                "web",
                allow(host("a.example.org")),
                allow(below("sub.example.com")),
                allow(domain("dom.example.net")),
                allow(address("192.0.2.0/24")),
                allow(address("2001:db8::/32")))
            .profile("dev", "web");
    Decision decision = decide(policy, url);
    assertEquals(reason, decision.reason());
    assertEquals(rule, rule(decision));
    assertEquals(reason == Reason.LISTED ? Outcome.ALLOW : Outcome.DENY, decision.outcome());
    assertEquals(reason == Reason.LISTED, decision.permit().isPresent());
    assertEquals(reason != Reason.NOT_LISTED, decision.trafficClass().isPresent());
  }

  @ParameterizedTest
  @CsvSource({
    "https://x.test, true",
    "https://x.test:8443, false",
    "http://x.test, false",
    "https://127.0.0.1, true",
    "https://[::1], true",
  })
  void anyStandsForEveryHostButNotForEveryPort(String url, boolean allowed) {
    TestPolicy policy = policy().trafficClass("web", allow(any())).profile("dev", "web");
    assertEquals(allowed, decide(policy, url).outcome() == Outcome.ALLOW);
  }

  @ParameterizedTest
  @CsvSource({
    "HTTPS, default, https://x.test, LISTED",
    "HTTPS, default, https://x.test:80, PORT_NOT_ALLOWED",
    "HTTPS, default, http://x.test:443, SCHEME_NOT_ALLOWED",
    "HTTP, default, http://x.test, LISTED",
    "HTTP, default, http://x.test:443, PORT_NOT_ALLOWED",
    "HTTP, default, https://x.test, SCHEME_NOT_ALLOWED",
    "ANY, default, http://x.test, LISTED",
    "ANY, default, https://x.test, LISTED",
    "ANY, default, http://x.test:443, PORT_NOT_ALLOWED",
    "ANY, default, https://x.test:80, PORT_NOT_ALLOWED",
    "HTTPS, listed, https://x.test:8443, LISTED",
    "HTTPS, listed, https://x.test:8444, PORT_NOT_ALLOWED",
    "HTTPS, listed, https://x.test, PORT_NOT_ALLOWED",
    "HTTP, listed, http://x.test:9000, LISTED",
    "ANY, all, http://x.test:1, LISTED",
    "ANY, all, https://x.test:65535, LISTED",
  })
  void schemesAndPorts(SchemeRule scheme, String which, String url, Reason reason) {
    Ports ports =
        switch (which) {
          case "listed" -> ports(8443, 9000);
          case "all" -> new Ports.All();
          default -> new Ports.Default();
        };
    TestPolicy policy =
        policy()
            .trafficClass("web", allow(host("x.test")).scheme(scheme).ports(ports))
            .profile("dev", "web");
    assertEquals(reason, decide(policy, url).reason());
  }

  @Test
  void theOrderOfTheProfilesClassesDecidesNotThatOfTheFile() {
    TestPolicy policy =
        policy()
            .trafficClass("first", allow(domain("x.test")))
            .trafficClass("second", allow(host("x.test")))
            .profile("dev", "second", "first")
            .profile("other", "first", "second")
            .profile("doubled", "second", "first", "second");
    assertEquals(
        "second",
        className(policy.build().decide("dev", NONE, to("https://x.test"), TestPolicy.AT)));
    assertEquals(
        "first",
        className(policy.build().decide("other", NONE, to("https://x.test"), TestPolicy.AT)));
    assertEquals(
        "first",
        className(policy.build().decide("dev", NONE, to("https://a.x.test"), TestPolicy.AT)));
    assertEquals(
        "second",
        className(policy.build().decide("doubled", NONE, to("https://x.test"), TestPolicy.AT)));
  }

  @Test
  void withinAClassTheFirstEntryThatMatchesWhollyDecides() {
    TestPolicy policy =
        policy()
            .trafficClass(
                "web",
                allow(host("x.test")).ports(ports(8443)),
                allow(any()).resolvesTo("9.0.0.0/8"),
                allow(host("x.test")).resolvesTo("10.0.0.0/8"))
            .profile("dev", "web");
    assertEquals("rule-3", rule(decide(policy, "https://x.test")));
    assertEquals("rule-2", rule(decide(policy, "https://x.test:8443")));
  }

  @Test
  void classesThatTheProfileLacksAllowNothing() {
    TestPolicy policy =
        policy()
            .trafficClass("web", allow(host("x.test")))
            .trafficClass("other", allow(any()))
            .profile("dev", "web", "no-such-class")
            .profile("nothing");
    assertEquals(Reason.NOT_LISTED, decide(policy, "https://y.test").reason());
    Decision nothing = policy.build().decide("nothing", NONE, to("https://x.test"), TestPolicy.AT);
    assertEquals(Reason.NOT_LISTED, nothing.reason());
    assertEquals("profile:nothing", rule(nothing));
  }

  @Test
  void theNearestMissIsTheConditionThatFailedLast() {
    TestPolicy policy =
        policy()
            .trafficClass("web", allow(host("x.test")).scheme(SchemeRule.HTTP))
            .trafficClass("api", allow(host("x.test")).ports(ports(8443)))
            .trafficClass("more", allow(domain("x.test")).ports(ports(9443)))
            .profile("dev", "web", "more", "api");
    Decision decision = decide(policy, "https://x.test");
    assertEquals(Reason.PORT_NOT_ALLOWED, decision.reason());
    assertEquals("more", className(decision), "of two as near ones the earlier class");
    Decision overHttp = decide(policy, "http://x.test:8443");
    assertEquals(Reason.PORT_NOT_ALLOWED, overHttp.reason());
    assertEquals("web", className(overHttp));
  }

  @Test
  void ofTwoMissesInOneClassTheEarlierIsNamed() {
    TestPolicy policy =
        policy()
            .trafficClass(
                "web",
                allow(domain("x.test")).ports(ports(1)),
                allow(host("x.test")).ports(ports(2)),
                allow(any()).ports(ports(3)))
            .profile("dev", "web");
    assertEquals("rule-2", rule(decide(policy, "https://x.test")));
  }

  @ParameterizedTest
  @CsvSource({
    "https://bad.test",
    "https://a.bad.test",
    "http://bad.test",
    "https://bad.test:8443",
    "http://bad.test:1",
    "https://192.0.2.5",
    "http://192.0.2.5:9",
    "https://[2001:db8::1]:9",
  })
  void denyWinsOverEverythingOnEverySchemeAndPort(String url) {
    TestPolicy policy =
        policy()
            .deny(domain("bad.test"))
            .deny(address("192.0.2.0/24"))
            .deny(address("2001:db8::/32"))
            .trafficClass("web", allow(any()).scheme(SchemeRule.ANY).ports(new Ports.All()))
            .profile("dev", "web")
            .assign("dev", new Condition.Proven());
    Policy built = policy.build();
    for (Decision decision :
        List.of(
            built.decide("dev", NONE, to(url), TestPolicy.AT),
            built.decide("no-such-profile", NONE, to(url), TestPolicy.AT),
            built.decide(token("t"), to(url), TestPolicy.AT),
            built.decide(anonymous("192.0.2.9"), to(url), TestPolicy.AT))) {
      assertEquals(Reason.DENIED_BY_RULE, decision.reason());
      assertEquals("not here", decision.detail());
      assertEquals(Optional.empty(), decision.permit());
      assertEquals(Optional.empty(), decision.trafficClass());
    }
    assertTrue(built.deniedBy(to(url)).isPresent());
    assertEquals(
        Outcome.ALLOW, built.decide("dev", NONE, to("https://good.test"), TestPolicy.AT).outcome());
    assertFalse(built.deniedBy(to("https://good.test")).isPresent());
  }

  @Test
  void aDenyRuleMayBeForOneSchemeAndSomePorts() {
    TestPolicy policy =
        policy()
            .deny(host("x.test"), SchemeRule.HTTP, new Ports.All())
            .deny(host("x.test"), SchemeRule.ANY, ports(8443))
            .trafficClass(
                "web", allow(host("x.test")).scheme(SchemeRule.ANY).ports(new Ports.All()))
            .profile("dev", "web");
    assertEquals("rule-1", rule(decide(policy, "http://x.test")));
    assertEquals("rule-2", rule(decide(policy, "https://x.test:8443")));
    assertEquals(Reason.LISTED, decide(policy, "https://x.test").reason());
  }

  @Test
  void theFirstDenyRuleForAHostIsNamed() {
    TestPolicy policy = policy().deny(host("x.test")).deny(host("x.test")).profile("dev");
    assertEquals("rule-1", rule(decide(policy, "https://x.test")));
  }

  @Test
  void theFirstAssignmentThatMatchesDecides() {
    Policy policy =
        policy()
            .trafficClass("web", allow(host("x.test")))
            .profile("ci")
            .profile("office")
            .profile("run", "web")
            .profile("anyone", "web")
            .profile("guest")
            .assign("ci", new Condition.TokenNamed("ci-*"))
            .assign("ci", new Condition.TokenNamed("exact"))
            .assign("office", new Condition.From(Cidr.of("10.0.0.0/8")), new Condition.Anonymous())
            .assign("run", new Condition.Through("run"))
            .assign("anyone", new Condition.Proven())
            .assign("guest", new Condition.Anonymous())
            .build();
    ClientIdentity fromOffice = anonymous("10.1.1.1");
    assertAll(
        () -> assertEquals(Optional.of("ci"), policy.profileOf(token("ci-7"))),
        () -> assertEquals(Optional.of("ci"), policy.profileOf(token("ci-"))),
        () -> assertEquals(Optional.of("ci"), policy.profileOf(token("exact"))),
        () -> assertEquals(Optional.of("anyone"), policy.profileOf(token("exactly"))),
        () -> assertEquals(Optional.of("anyone"), policy.profileOf(token("CI-7"))),
        () -> assertEquals(Optional.of("office"), policy.profileOf(fromOffice)),
        () -> assertEquals(Optional.of("run"), policy.profileOf(ownClient())),
        () -> assertEquals(Optional.of("guest"), policy.profileOf(anonymous("192.0.2.1"))),
        () ->
            assertEquals(
                NONE,
                policy
                    .decide(anonymous("192.0.2.1"), to("https://x.test"), TestPolicy.AT)
                    .identifiedBy()),
        () ->
            assertEquals(
                IdentityMethod.ADDRESS,
                policy.decide(fromOffice, to("https://x.test"), TestPolicy.AT).identifiedBy()),
        () ->
            assertEquals(
                IdentityMethod.LISTENER,
                policy.decide(ownClient(), to("https://x.test"), TestPolicy.AT).identifiedBy()),
        () ->
            assertEquals(
                IdentityMethod.TOKEN,
                policy.decide(token("t"), to("https://x.test"), TestPolicy.AT).identifiedBy()));
  }

  @Test
  void aTokenFromAnAssignedAddressIsStillAToken() {
    ClientIdentity client =
        TestPolicy.client(new ClientIdentity.Proof.Token("t"), "10.1.1.1", "main");
    Policy policy =
        policy()
            .profile("office")
            .assign("office", new Condition.From(Cidr.of("10.0.0.0/8")))
            .build();
    assertEquals(
        IdentityMethod.TOKEN,
        policy.decide(client, to("https://x.test"), TestPolicy.AT).identifiedBy());
  }

  @Test
  void aClientOfAListenerIsKnownByIt() {
    Policy policy = policy().profile("lab").assign("lab", new Condition.Through("main")).build();
    Decision decision = policy.decide(anonymous("192.0.2.1"), to("https://x.test"), TestPolicy.AT);
    assertEquals(IdentityMethod.LISTENER, decision.identifiedBy());
    assertEquals(Optional.of("lab"), decision.profile());
  }

  @Test
  void nobodyIsAssignedByAnEmptyList() {
    Policy policy = policy().trafficClass("web", allow(any())).profile("dev", "web").build();
    for (ClientIdentity client : List.of(token("t"), anonymous("192.0.2.1"), ownClient())) {
      Decision decision = policy.decide(client, to("https://x.test"), TestPolicy.AT);
      assertEquals(Reason.UNASSIGNED, decision.reason());
      assertEquals(Optional.empty(), decision.profile());
      assertEquals(Optional.empty(), policy.profileOf(client));
      assertEquals("assign", rule(decision));
      assertEquals("policy.yaml:1", decision.rule().orElseThrow().place().fileAndLine());
    }
  }

  @Test
  void anUnknownProfileAllowsNothing() {
    TestPolicy policy = policy().trafficClass("web", allow(any())).profile("other", "web");
    assertEquals(Reason.UNASSIGNED, decide(policy, "https://x.test").reason());
    Policy assigned = policy.assign("no-such-profile", new Condition.Proven()).build();
    assertEquals(
        Reason.UNASSIGNED,
        assigned.decide(token("t"), to("https://x.test"), TestPolicy.AT).reason());
  }

  @Test
  void anErrorWhileDecidingNeverAllows() {
    Policy policy =
        policy()
            .trafficClass("web", allow(any()))
            .profile("dev", "web")
            .assign("dev", new Condition.From(Cidr.of("10.0.0.0/8")))
            .assign("dev", new Condition.Proven())
            .build();
    Decision decision =
        policy.decide(withoutAddress(token("t")), to("https://x.test"), TestPolicy.AT);
    assertEquals(Outcome.DENY, decision.outcome());
    assertEquals(Reason.INTERNAL_ERROR, decision.reason());
    assertEquals(Optional.empty(), decision.permit());
    assertSame(policy.stamp(), decision.policy());
  }

  /// A client that no code may make: it stands for whatever bug.
  @SuppressWarnings("NullAway")
  private static ClientIdentity withoutAddress(ClientIdentity client) {
    return new ClientIdentity(
        client.proof(), null, client.listener(), client.labels(), client.claimed());
  }

  @Test
  void aPermitCarriesWhatTheEntrySays() {
    TestPolicy policy =
        policy()
            .trafficClass(
                "web",
                Treatment.INTERCEPT,
                allow(host("x.test")).resolvesTo("10.0.0.0/8").opening(TunnelRule.Opening.ANYTHING),
                allow(domain("y.test")))
            .profile("dev", "web");
    Decision decision = decide(policy, "https://x.test");
    Permit permit = decision.permit().orElseThrow();
    assertAll(
        () -> assertEquals(to("https://x.test"), permit.destination()),
        () -> assertEquals(Treatment.INTERCEPT, permit.treatment()),
        () -> assertEquals(Treatment.INTERCEPT, decision.treatment()),
        () -> assertEquals(List.of(Cidr.of("10.0.0.0/8")), permit.resolvesTo()),
        () -> assertEquals(host("x.test"), permit.hosts()),
        () -> assertEquals(TunnelRule.Opening.ANYTHING, permit.tunnel().opening()),
        () -> assertTrue(permit.namesOneHost()),
        () -> assertFalse(decide(policy, "https://y.test").permit().orElseThrow().namesOneHost()));
  }

  @Test
  void aWithdrawnDecisionDeniesAndKeepsWhatHadAllowedIt() {
    TestPolicy policy = policy().trafficClass("web", allow(host("x.test"))).profile("dev", "web");
    Decision allowed = decide(policy, "https://x.test");
    Decision withdrawn = allowed.withdrawn(Reason.SNI_MISMATCH);
    assertAll(
        () -> assertEquals(Outcome.DENY, withdrawn.outcome()),
        () -> assertEquals(Reason.SNI_MISMATCH, withdrawn.reason()),
        () -> assertEquals(Optional.empty(), withdrawn.permit()),
        () -> assertEquals(allowed.rule(), withdrawn.rule()),
        () -> assertEquals(allowed.profile(), withdrawn.profile()),
        () -> assertEquals(allowed.trafficClass(), withdrawn.trafficClass()),
        () -> assertEquals(allowed.policy(), withdrawn.policy()),
        () -> assertEquals("", withdrawn.detail()));
  }

  @Test
  void aRefusalWithoutAPolicyEntryHasNoPermit() {
    Policy policy = policy().build();
    Decision refused = Decision.refused(Reason.MALFORMED, policy.stamp(), NONE);
    assertAll(
        () -> assertEquals(Outcome.DENY, refused.outcome()),
        () -> assertEquals(Reason.MALFORMED, refused.reason()),
        () -> assertEquals(Optional.empty(), refused.permit()),
        () -> assertEquals(Optional.empty(), refused.profile()),
        () -> assertEquals(Optional.empty(), refused.rule()));
  }

  /// The cost of a decision is what is visited, and that must not grow with the number of rules.
  @Test
  void aHundredThousandRulesAreNotVisited() {
    List<HostPattern> rules = new ArrayList<>();
    for (int i = 0; i < 50_000; i++) {
      rules.add(host("h" + i + ".example.org"));
      rules.add(below("d" + i + ".example.org"));
      rules.add(address("10." + (i >> 8 & 0xff) + "." + (i & 0xff) + ".0/24"));
    }
    rules.add(domain("example.org"));
    HostIndex<HostPattern> index = HostIndex.of(rules, rule -> rule);
    assertEquals(
        List.of(below("d7.example.org"), domain("example.org")),
        visited(index, "https://x.d7.example.org"));
    assertEquals(
        List.of(host("h9.example.org"), domain("example.org")),
        visited(index, "https://h9.example.org"));
    assertEquals(List.of(), visited(index, "https://example.com"));
    assertEquals(List.of(address("10.1.2.0/24")), visited(index, "https://10.1.2.3"));
    assertEquals(List.of(), visited(index, "https://11.1.2.3"));
  }

  @Test
  void anIndexWithoutRangesHoldsNoLiteral() {
    HostIndex<HostPattern> index = HostIndex.of(List.of(host("x.test")), rule -> rule);
    assertEquals(List.of(), visited(index, "https://10.1.2.3"));
  }

  private static List<HostPattern> visited(HostIndex<HostPattern> index, String url) {
    List<HostPattern> seen = new ArrayList<>();
    index.visit(to(url).host(), seen::add);
    // Which rule is handed over first is not promised.
    seen.sort(
        (a, b) ->
            Boolean.compare(a instanceof HostPattern.Domain, b instanceof HostPattern.Domain));
    return seen;
  }

  private static String className(Decision decision) {
    return decision.trafficClass().map(TrafficClass::name).orElse("");
  }
}
