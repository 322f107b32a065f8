package dev.sallyport.rules.check;

import static dev.sallyport.rules.TestPolicy.address;
import static dev.sallyport.rules.TestPolicy.allow;
import static dev.sallyport.rules.TestPolicy.any;
import static dev.sallyport.rules.TestPolicy.below;
import static dev.sallyport.rules.TestPolicy.domain;
import static dev.sallyport.rules.TestPolicy.host;
import static dev.sallyport.rules.TestPolicy.policy;
import static dev.sallyport.rules.TestPolicy.ports;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.Assignment.Condition;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.Ports;
import dev.sallyport.rules.SchemeRule;
import dev.sallyport.rules.TestPolicy;
import dev.sallyport.rules.TestPolicy.Allow;
import dev.sallyport.rules.TunnelRule.Opening;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyWarningsTest {
  private static TestPolicy with(Allow... entries) {
    return policy()
        .trafficClass("web", entries)
        .profile("dev", "web")
        .assign("dev", new Condition.Proven());
  }

  private static List<String> warnings(TestPolicy policy) {
    return PolicyWarnings.of(policy.build(), TestPolicy.AT).stream()
        .map(Warning::toString)
        .toList();
  }

  @Test
  void anOrdinaryPolicyHasNone() {
    assertEquals(
        List.of(),
        warnings(
            with(
                allow(host("x.test")),
                allow(below("y.test")),
                allow(host("z.test")).resolvesTo("8.8.8.0/24"),
                allow(address("8.8.8.8/32")),
                allow(address("9.9.9.9/32")).opening(Opening.TLS_NAME_OPTIONAL))));
  }

  @Test
  void looseTunnels() {
    assertEquals(
        List.of(
            "policy.yaml:2:1: warning: `sni: absent` lets TLS through that does not say which host"
                + " it is for",
            "policy.yaml:3:1: warning: `tunnel: any` lets any protocol through; only host and port"
                + " are checked"),
        warnings(
            with(
                allow(host("x.test")).opening(Opening.TLS_NAME_OPTIONAL),
                allow(host("y.test")).opening(Opening.ANYTHING))));
  }

  @Test
  void everyHost() {
    assertEquals(
        List.of(
            "policy.yaml:2:1: warning: `any: true` allows every host; risk accepted: secops, for a"
                + " trial"),
        warnings(with(allow(any()).acceptRisk("secops, for a trial"))));
    assertEquals(
        List.of(
            "policy.yaml:2:1: warning: `any: true` allows every host; nobody accepted the risk"),
        warnings(with(allow(any()))));
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.0.0/16, 'private (10.0.0.0/8, RFC 1918)'",
    "127.0.0.0/8, 'loopback (127.0.0.0/8, RFC 1122)'",
    "fd12::/16, 'unique local (fc00::/7, RFC 4193)'",
    "100.64.0.0/10, 'carrier-grade NAT (100.64.0.0/10, RFC 6598)'",
    "192.0.2.1/32, 'documentation (192.0.2.0/24, RFC 5737)'",
  })
  void rangesThatAreNotPublic(String range, String words) {
    assertEquals(
        List.of(
            "policy.yaml:2:1: warning: `resolves-to: "
                + range
                + "` opens addresses that are not public: "
                + words,
            "policy.yaml:3:1: warning: `address: "
                + range
                + "` opens addresses that are not public: "
                + words),
        warnings(with(allow(host("x.test")).resolvesTo(range), allow(address(range)))));
  }

  @Test
  void everyRangeOfAnEntryIsLookedAt() {
    assertEquals(
        2,
        warnings(with(allow(host("x.test")).resolvesTo("10.0.0.0/8", "8.8.8.8/32", "::1/128")))
            .size());
  }

  @Test
  void aWideRangeOpensOnesOwnNetworksOnly() {
    List<String> warnings = warnings(with(allow(host("x.test")).resolvesTo("0.0.0.0/0")));
    assertEquals(1, warnings.size());
    assertTrue(warnings.getFirst().contains("private (10.0.0.0/8, RFC 1918)"), warnings.getFirst());
  }

  @Test
  void whatNobodyUses() {
    TestPolicy policy =
        policy()
            .trafficClass("web", allow(host("x.test")))
            .trafficClass("unused")
            .profile("dev", "web")
            .profile("nobody", "web")
            .assign("dev", new Condition.Proven());
    assertEquals(
        List.of(
            "policy.yaml:3:1: warning: no profile has class `unused`",
            "policy.yaml:5:1: warning: nobody is assigned profile `nobody`"),
        warnings(policy));
  }

  @ParameterizedTest
  @CsvSource({
    // first, second, unreachable
    "host, host, true",
    "host, below, false",
    "host, domain, false",
    "host, child, false",
    "domain, host, true",
    "domain, below, true",
    "domain, domain, true",
    "domain, child, true",
    "domain, child-domain, true",
    "below, host, false",
    "below, below, true",
    "below, domain, false",
    "below, child, true",
    "below, child-domain, true",
    "below, child-below, true",
    "child, host, false",
    "child-domain, domain, false",
    "any, host, true",
    "any, child-below, true",
    "any, any, true",
    "any, network, true",
    "host, any, false",
    "network, any, false",
    "network, network, true",
    "network, part, true",
    "part, network, false",
    "network, host, false",
    "host, network, false",
    "other, host, false",
  })
  void anEntryThatNeverDecides(String first, String second, boolean unreachable) {
    List<Warning> found =
        UnreachableEntries.in(with(allow(pattern(first)), allow(pattern(second))).source());
    assertEquals(unreachable ? 1 : 0, found.size(), found.toString());
    if (unreachable) {
      assertEquals(3, found.getFirst().place().line());
      assertTrue(
          found.getFirst().text().contains("policy.yaml:2 comes first"), found.getFirst().text());
    }
  }

  private static HostPattern pattern(String word) {
    return switch (word) {
      case "host" -> host("x.test");
      case "below" -> below("x.test");
      case "domain" -> domain("x.test");
      case "child" -> host("a.x.test");
      case "child-below" -> below("a.x.test");
      case "child-domain" -> domain("a.x.test");
      case "other" -> host("xx.test");
      case "network" -> address("9.0.0.0/8");
      case "part" -> address("9.1.0.0/16");
      case "any" -> any();
      default -> throw new IllegalArgumentException(word);
    };
  }

  static List<List<Allow>> reachable() {
    Allow x = allow(host("x.test"));
    return List.of(
        List.of(x.scheme(SchemeRule.HTTP), x),
        List.of(x, x.scheme(SchemeRule.ANY)),
        List.of(x, x.ports(ports(443, 8443))),
        List.of(x, x.ports(new Ports.All())),
        List.of(x.ports(ports(8443)), x),
        List.of(x.ports(ports(443)).scheme(SchemeRule.ANY), x.scheme(SchemeRule.ANY)));
  }

  static List<List<Allow>> unreachable() {
    Allow x = allow(host("x.test"));
    return List.of(
        List.of(x.scheme(SchemeRule.ANY), x),
        List.of(x.scheme(SchemeRule.ANY), x.scheme(SchemeRule.HTTP)),
        List.of(x, x.ports(ports(443))),
        List.of(x.ports(ports(443, 8443)), x),
        List.of(x.ports(new Ports.All()), x),
        List.of(x.ports(new Ports.All()), x.ports(new Ports.All())),
        List.of(x.ports(ports(80, 443)).scheme(SchemeRule.ANY), x.scheme(SchemeRule.ANY)),
        List.of(x, x.resolvesTo("8.0.0.0/8")));
  }

  @Test
  void schemesAndPortsDecideWhetherAnEntryIsReached() {
    for (List<Allow> entries : reachable()) {
      assertEquals(List.of(), warnings(with(entries.toArray(Allow[]::new))), entries.toString());
    }
    for (List<Allow> entries : unreachable()) {
      assertEquals(1, warnings(with(entries.toArray(Allow[]::new))).size(), entries.toString());
    }
  }

  @Test
  void cataloguesMayBringAHostTwice() {
    assertEquals(
        List.of(),
        warnings(with(allow(host("x.test")), allow(host("x.test")).catalog("acme/read"))));
    assertEquals(
        1,
        warnings(with(allow(host("x.test")).catalog("acme/read"), allow(host("x.test")))).size());
  }

  @ParameterizedTest
  @CsvSource({
    // profiles, warnings
    "web api, 1",
    "web api | other web api | web, 1",
    "api web | web api, 0",
    "web | api, 0",
    "web api | api, 0",
  })
  void anotherClassHidesAnEntryWhereItComesFirstInEveryProfile(String profiles, int expected) {
    TestPolicy policy =
        policy()
            .trafficClass("web", allow(host("x.test")))
            .trafficClass("api", allow(host("x.test")))
            .trafficClass("other");
    int number = 0;
    for (String classes : profiles.split(" \\| ", -1)) {
      policy.profile("p" + number++, classes.split(" "));
    }
    assertEquals(expected, UnreachableEntries.in(policy.source()).size(), profiles);
  }

  /// A walk over every pair would take minutes.
  @Test
  void aHundredThousandEntriesTakeSeconds() {
    List<Allow> entries = new ArrayList<>();
    IntStream.range(0, 100_000).forEach(i -> entries.add(allow(host("h" + i + ".example.org"))));
    entries.add(allow(host("h7.example.org")));
    TestPolicy policy = with(entries.toArray(Allow[]::new));
    List<String> warnings =
        Assertions.assertTimeout(Duration.ofSeconds(30), () -> warnings(policy));
    assertEquals(1, warnings.size());
  }
}
