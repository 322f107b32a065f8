package dev.sallyport.rules.check;

import static dev.sallyport.rules.TestPolicy.address;
import static dev.sallyport.rules.TestPolicy.allow;
import static dev.sallyport.rules.TestPolicy.any;
import static dev.sallyport.rules.TestPolicy.below;
import static dev.sallyport.rules.TestPolicy.domain;
import static dev.sallyport.rules.TestPolicy.host;
import static dev.sallyport.rules.TestPolicy.policy;
import static dev.sallyport.rules.TestPolicy.ports;
import static dev.sallyport.rules.TestPolicy.to;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.AddressKind;
import dev.sallyport.rules.Assignment.Condition;
import dev.sallyport.rules.ExpectedDecision.Who;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.Ports;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.SchemeRule;
import dev.sallyport.rules.TestPolicy;
import dev.sallyport.rules.TestPolicy.Allow;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplanationTest {
  private static final Who DEV = new Who.WithProfile("dev");

  private static List<String> near(TestPolicy policy, String url) {
    return Explanation.of(policy.build(), DEV, to(url), Optional.empty(), TestPolicy.AT)
        .nearMisses()
        .stream()
        .map(NearMiss::line)
        .toList();
  }

  private static TestPolicy with(Allow... entries) {
    return policy().trafficClass("web", entries).profile("dev", "web");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://x.test:8443 | host: x.test | it is for port 443, not 8443",
        "http://x.test | host: x.test | it is for https, not http",
        "https://a.x.test | host: x.test | it stands for that name alone, not for the names below"
            + " it: `domain` is both",
        "https://y.test | subdomains-of: y.test | it stands for the names below this one, not for"
            + " itself: `domain` is both",
        "https://test | host: x.test | it stands for a name below this one",
        "https://github.test | host: gthub.test | the name is only similar",
        "https://www.example.com | domain: www.example.org | the name is only similar",
        "http://192.0.2.7 | address: 192.0.2.0/24 | it is for https, not http",
      })
  void saysWhatFailed(String url, String words, String failed) {
    TestPolicy policy =
        with(
            allow(host("x.test")),
            allow(below("y.test")),
            allow(host("gthub.test")),
            allow(domain("www.example.org")),
            allow(address("192.0.2.0/24")));
    List<String> near = near(policy, url);
    assertTrue(
        near.stream().anyMatch(line -> line.contains(words) && line.endsWith(failed)),
        near.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "https://other.example",
    "https://blog.test.example",
    "https://localhost",
    "https://198.51.100.7",
    "https://[2001:db8::1]",
    "https://xy.test.evil.example",
    "https://deep.unrelated.example.net",
  })
  void whatHasNothingToDoWithARuleIsNotNear(String url) {
    TestPolicy policy =
        with(
            allow(host("x.test")),
            allow(below("docs.y.test")),
            allow(domain("long-name.example.org")),
            allow(address("192.0.2.0/24")));
    assertEquals(List.of(), near(policy, url));
  }

  @Test
  void aNameInAnotherClassSaysWhich() {
    TestPolicy policy =
        policy()
            .trafficClass("web", allow(host("x.test")))
            .trafficClass(
                "internal", allow(host("x.test")).ports(ports(8443, 9443)).scheme(SchemeRule.ANY))
            .profile("dev");
    assertEquals(
        List.of(
            "policy.yaml:2: host: x.test in class `web`: class `web` is not in profile `dev`",
            "policy.yaml:4: host: x.test in class `internal`: it is for port 8443, 9443, not 443;"
                + " class `internal` is not in profile `dev`"),
        near(policy, "https://x.test"));
  }

  @Test
  void theNearestComeFirst() {
    TestPolicy policy =
        with(
            allow(host("xx.test")),
            allow(host("sub.x.test")),
            allow(host("test")),
            allow(below("x.test")),
            allow(host("x.test")).scheme(SchemeRule.HTTP));
    List<String> words =
        Explanation.of(policy.build(), DEV, to("https://x.test"), Optional.empty(), TestPolicy.AT)
            .nearMisses()
            .stream()
            .map(NearMiss::words)
            .toList();
    assertEquals(
        List.of(
            "host: x.test",
            "subdomains-of: x.test",
            "host: test",
            "host: sub.x.test",
            "host: xx.test"),
        words);
  }

  @Test
  void oneLabelMayDifferALittleOrTheLastOne() {
    assertTrue(isNear(host("docs.example.org"), "https://docs.example.com"));
    assertTrue(isNear(host("docs.example.org"), "https://doc.example.org"));
    assertTrue(isNear(host("docs.example.org"), "https://docs.exmaple.org"));
    assertFalse(isNear(host("docs.example.org"), "https://wiki.example.org"));
    assertFalse(isNear(host("docs.example.org"), "https://doc.exmaple.org"), "two labels differ");
    assertFalse(isNear(host("test"), "https://tost"), "one label alone is no name of a site");
    assertFalse(isNear(host("10.example.org"), "https://10.0.0.1"));
    assertFalse(isNear(below("example.org"), "https://10.0.0.1"));
    assertFalse(isNear(domain("example.org"), "https://[::1]"));
    assertFalse(isNear(address("10.0.0.0/8"), "https://example.org"));
    assertTrue(isNear(any(), "http://example.org"));
  }

  private static boolean isNear(HostPattern hosts, String url) {
    return !near(with(allow(hosts)), url).isEmpty();
  }

  @Test
  void whenSomethingAllowsOnlyRulesForTheSameHostAreNear() {
    TestPolicy policy =
        policy()
            .deny(host("x.test"), SchemeRule.HTTP, new Ports.All())
            .deny(host("y.test"))
            .trafficClass(
                "web",
                allow(host("x.test")),
                allow(domain("x.test")),
                allow(host("xx.test")),
                allow(below("x.test")))
            .profile("dev", "web");
    assertEquals(
        List.of(
            "policy.yaml:1: deny host: x.test: it is for http, not https",
            "policy.yaml:5: domain: x.test in class `web`: it matches too, but comes later"),
        near(policy, "https://x.test"));
  }

  @Test
  void whatADenyRuleOvertookIsNamed() {
    TestPolicy policy =
        policy()
            .deny(domain("x.test"))
            .deny(host("x.test"), SchemeRule.HTTPS, ports(80))
            .trafficClass("web", allow(host("x.test")))
            .profile("dev", "web");
    assertEquals(
        List.of(
            "policy.yaml:2: deny host: x.test: it is for port 80, not 443",
            "policy.yaml:4: host: x.test in class `web`: it matches, but a deny rule wins"),
        near(policy, "https://x.test"));
  }

  @Test
  void denyRulesThatMissByALabelAreNear() {
    TestPolicy policy = policy().deny(below("x.test")).profile("dev");
    assertEquals(
        List.of(
            "policy.yaml:1: deny subdomains-of: x.test: it stands for the names below this one, not"
                + " for itself: `domain` is both"),
        near(policy, "https://x.test"));
  }

  @Test
  void aClientWithoutAProfileIsToldSo() {
    Policy policy = with(allow(host("x.test"))).build();
    Explanation explanation =
        Explanation.of(
            policy,
            new Who.As(TestPolicy.token("t")),
            to("https://x.test"),
            Optional.empty(),
            TestPolicy.AT);
    assertEquals(
        List.of(
            "deny https://x.test",
            "  for      token `t` from 192.0.2.7 through `main`",
            "  reason   unassigned: no assignment gives this client a profile",
            "  rule     assign (policy.yaml:1)",
            "  policy   " + policy.stamp().shortText(),
            "came near:",
            "  policy.yaml:2: host: x.test in class `web`: the client has no profile"),
        explanation.lines(place -> Optional.empty()));
  }

  @Test
  void anAllowedDestinationInLines() {
    Policy policy = with(allow(host("x.test"))).build();
    assertEquals(
        List.of(
            "allow https://x.test",
            "  for      profile `dev`",
            "  reason   listed: an entry lists it",
            "  class    web",
            "  profile  dev",
            "  rule     rule-2 (policy.yaml:2)",
            "  policy   " + policy.stamp().shortText()),
        Explanation.of(policy, DEV, to("https://x.test"), Optional.empty(), TestPolicy.AT)
            .lines(place -> Optional.empty()));
  }

  @Test
  void theWordsOfADenyRuleAreShown() {
    Policy policy = policy().deny(host("x.test")).profile("dev").build();
    Explanation explanation =
        Explanation.of(policy, DEV, to("https://x.test"), Optional.empty(), TestPolicy.AT);
    assertTrue(explanation.lines(place -> Optional.empty()).contains("  because  not here"));
    assertEquals("not here", explanation.data(place -> Optional.empty()).get("detail"));
  }

  @Test
  void whoIsSaidInWords() {
    Policy policy =
        with(allow(host("x.test")))
            .assign("dev", new Condition.Through("run"), new Condition.Anonymous())
            .build();
    assertTrue(
        Explanation.of(
                policy,
                new Who.As(TestPolicy.ownClient()),
                to("https://x.test"),
                Optional.empty(),
                TestPolicy.AT)
            .lines(place -> Optional.empty())
            .contains("  for      the listener's own client from 127.0.0.1 through `run`"));
    assertTrue(
        Explanation.of(
                policy,
                new Who.As(TestPolicy.anonymous("2001:db8::7")),
                to("https://x.test"),
                Optional.empty(),
                TestPolicy.AT)
            .lines(place -> Optional.empty())
            .contains("  for      a client without credentials from 2001:db8::7 through `main`"));
  }

  @Test
  void onlyAScreenOfNearMissesIsShown() {
    Policy exactly = with(entries(Explanation.MAX_NEAR_MISSES)).build();
    assertEquals(
        0,
        Explanation.of(exactly, DEV, to("https://x.test"), Optional.empty(), TestPolicy.AT)
            .leftOff());
    Explanation more =
        Explanation.of(
            with(entries(Explanation.MAX_NEAR_MISSES + 1)).build(),
            DEV,
            to("https://x.test"),
            Optional.empty(),
            TestPolicy.AT);
    assertEquals(Explanation.MAX_NEAR_MISSES, more.nearMisses().size());
    assertEquals(1, more.leftOff());
    assertEquals("  and 1 more", more.lines(place -> Optional.empty()).getLast());
  }

  private static Allow[] entries(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> allow(host("x.test")).ports(ports(1000 + i)))
        .toArray(Allow[]::new);
  }

  @ParameterizedTest
  @CsvSource({
    "https://127.0.0.1, LOOPBACK, true",
    "https://10.0.0.1, PRIVATE, true",
    "https://169.254.169.254, METADATA, true",
  })
  void theAddressGuardHasTheLastWordOnLiterals(String url, AddressKind kind, boolean refused) {
    Explanation explanation =
        Explanation.of(with(allow(any())).build(), DEV, to(url), Optional.empty(), TestPolicy.AT);
    AddressFinding found = explanation.address().orElseThrow();
    assertEquals(kind, found.range().kind());
    assertEquals(refused, found.refused());
    assertTrue(
        explanation
            .lines(place -> Optional.empty())
            .toString()
            .contains("the address guard refuses it"),
        explanation.lines(place -> Optional.empty()).toString());
  }

  @Test
  void anAddressThatAnEntrySpellsOutPassesTheGuard() {
    Policy policy = with(allow(address("127.0.0.1/32"))).build();
    Explanation explanation =
        Explanation.of(policy, DEV, to("https://127.0.0.1"), Optional.empty(), TestPolicy.AT);
    assertFalse(explanation.address().orElseThrow().refused());
    assertEquals(
        "not a public address: loopback (127.0.0.0/8, RFC 1122)",
        explanation.address().orElseThrow().line());
  }

  @Test
  void whatTheRulesDenyIsNotRefusedASecondTime() {
    Explanation explanation =
        Explanation.of(
            with().build(), DEV, to("https://127.0.0.1"), Optional.empty(), TestPolicy.AT);
    assertFalse(explanation.address().orElseThrow().refused());
  }

  @Test
  void namesAndPublicAddressesHaveNoFinding() {
    Policy policy = with(allow(any())).build();
    assertEquals(
        Optional.empty(),
        Explanation.of(policy, DEV, to("https://8.8.8.8"), Optional.empty(), TestPolicy.AT)
            .address());
    assertEquals(
        Optional.empty(),
        Explanation.of(policy, DEV, to("https://localhost"), Optional.empty(), TestPolicy.AT)
            .address());
  }

  @Test
  void theDataHoldsTheSame() {
    Policy policy =
        with(allow(host("x.test")), allow(host("x.test")).ports(ports(8443)), allow(any())).build();
    assertEquals(
        Map.of(
            "outcome", "allow",
            "destination", "https://x.test",
            "reason", "listed",
            "class", "web",
            "profile", "dev",
            "rule", "rule-2",
            "source", "policy.yaml:2",
            "policy", "acme",
            "version", policy.stamp().version(),
            "left-off", 0),
        withoutNear(
            Explanation.of(policy, DEV, to("https://x.test"), Optional.empty(), TestPolicy.AT)
                .data(place -> Optional.empty())));
    assertEquals(
        List.of(
            Map.of(
                "rule", "rule-3",
                "source", "policy.yaml:3",
                "words", "host: x.test",
                "class", "web",
                "failed", List.of("it is for port 8443, not 443")),
            Map.of(
                "rule", "rule-4",
                "source", "policy.yaml:4",
                "words", "any: true",
                "class", "web",
                "failed", List.of("it matches too, but comes later"))),
        Explanation.of(policy, DEV, to("https://x.test"), Optional.empty(), TestPolicy.AT)
            .data(place -> Optional.empty())
            .get("near"));
    assertEquals(
        Map.of("kind", "loopback", "range", "127.0.0.0/8", "refused", true),
        Explanation.of(policy, DEV, to("https://127.0.0.1"), Optional.empty(), TestPolicy.AT)
            .data(place -> Optional.empty())
            .get("address"));
  }

  private static Map<String, Object> withoutNear(Map<String, Object> data) {
    data.remove("near");
    return data;
  }

  @Test
  void everyWayToSayPortsAndSchemes() {
    TestPolicy policy =
        with(
            allow(host("x.test")).scheme(SchemeRule.HTTP),
            allow(host("x.test")).ports(ports(1, 2)),
            allow(host("x.test")).scheme(SchemeRule.ANY).ports(ports(3)));
    assertEquals(
        List.of(
            "it is for http, not https",
            "it is for port 1, 2, not 443",
            "it is for port 3, not 443"),
        Explanation.of(policy.build(), DEV, to("https://x.test"), Optional.empty(), TestPolicy.AT)
            .nearMisses()
            .stream()
            .map(miss -> String.join("; ", miss.failed()))
            .toList());
    assertEquals("every port", RuleText.of(new Ports.All(), Scheme.HTTP));
    assertEquals("http and https", RuleText.of(SchemeRule.ANY));
    assertEquals("https", RuleText.of(SchemeRule.HTTPS));
  }
}
