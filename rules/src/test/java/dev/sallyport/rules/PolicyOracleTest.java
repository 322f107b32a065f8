package dev.sallyport.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Holds the indexed policy against a matcher that walks every rule in the words of the language's
/// description.
class PolicyOracleTest {
  private static final int POLICIES = 400;
  private static final int QUESTIONS = 150;
  private static final List<String> LABELS = List.of("a", "b", "c", "ab");
  private static final List<String> CLASSES = List.of("one", "two", "three", "four");

  private final Random random = new Random(20261121);

  @Test
  void theIndexDecidesAsAWalkOverEveryRuleDoes() {
    Map<Reason, Integer> seen = new EnumMap<>(Reason.class);
    for (int round = 0; round < POLICIES; round++) {
      PolicySource source = policy();
      Policy policy = Policy.of(source);
      for (int question = 0; question < QUESTIONS; question++) {
        Destination destination = destination();
        Decision decision = policy.decide("dev", IdentityMethod.NONE, destination, TestPolicy.AT);
        judge(source, destination, decision);
        seen.merge(decision.reason(), 1, Integer::sum);
      }
    }
    for (Reason reason :
        List.of(
            Reason.LISTED,
            Reason.NOT_LISTED,
            Reason.DENIED_BY_RULE,
            Reason.SCHEME_NOT_ALLOWED,
            Reason.PORT_NOT_ALLOWED)) {
      assertTrue(seen.getOrDefault(reason, 0) > 1000, reason + " came up too rarely: " + seen);
    }
  }

  private static void judge(PolicySource source, Destination destination, Decision decision) {
    String what = destination + " under " + source;
    List<String> denying =
        source.deny().stream()
            .filter(rule -> matches(rule.hosts(), destination.host()))
            .filter(rule -> rule.scheme().matches(destination.scheme()))
            .filter(rule -> rule.ports().matches(destination.scheme(), destination.port()))
            .map(rule -> rule.rule().id())
            .toList();
    if (!denying.isEmpty()) {
      assertEquals(Reason.DENIED_BY_RULE, decision.reason(), what);
      assertTrue(denying.contains(decision.rule().orElseThrow().id()), what);
      return;
    }
    Optional<Entry> miss = Optional.empty();
    Reason why = Reason.NOT_LISTED;
    for (TrafficClass name : source.profiles().getFirst().classes()) {
      for (Entry entry : entriesOf(source, name)) {
        if (!matches(entry.hosts(), destination.host())) {
          continue;
        }
        boolean scheme = entry.scheme().matches(destination.scheme());
        if (scheme && entry.ports().matches(destination.scheme(), destination.port())) {
          assertEquals(Reason.LISTED, decision.reason(), what);
          assertEquals(entry.rule(), decision.rule().orElseThrow(), what);
          assertEquals(name, decision.trafficClass().orElseThrow(), what);
          return;
        }
        if (miss.isEmpty() || (scheme && why == Reason.SCHEME_NOT_ALLOWED)) {
          miss = Optional.of(entry);
          why = scheme ? Reason.PORT_NOT_ALLOWED : Reason.SCHEME_NOT_ALLOWED;
        }
      }
    }
    assertEquals(why, decision.reason(), what);
    miss.ifPresent(entry -> assertEquals(entry.rule(), decision.rule().orElseThrow(), what));
  }

  private static List<Entry> entriesOf(PolicySource source, TrafficClass name) {
    return source.classes().stream()
        .filter(from -> from.name().equals(name))
        .flatMap(from -> from.allow().stream())
        .toList();
  }

  private static boolean matches(HostPattern hosts, Host host) {
    return switch (hosts) {
      case HostPattern.Any() -> true;
      case HostPattern.Addresses(Cidr range) ->
          host instanceof Host.Literal literal && range.contains(literal.address());
      case HostPattern.Exact(Host.Name name) -> host.equals(name);
      case HostPattern.Below(Host.Name name) -> isBelow(host, name);
      case HostPattern.Domain(Host.Name name) -> host.equals(name) || isBelow(host, name);
    };
  }

  private static boolean isBelow(Host host, Host.Name name) {
    return host instanceof Host.Name && host.text().endsWith("." + name.text());
  }

  private PolicySource policy() {
    TestPolicy policy = TestPolicy.policy();
    for (int i = random.nextInt(3); i > 0; i--) {
      policy.deny(hosts(0), oneOf(SchemeRule.values()), ports());
    }
    List<String> classes = new ArrayList<>(CLASSES);
    Collections.shuffle(classes, random);
    for (String name : classes) {
      TestPolicy.Allow[] entries = new TestPolicy.Allow[random.nextInt(5)];
      for (int i = 0; i < entries.length; i++) {
        entries[i] = TestPolicy.allow(hosts(1)).scheme(oneOf(SchemeRule.values())).ports(ports());
      }
      policy.trafficClass(name, entries);
    }
    Collections.shuffle(classes, random);
    return policy
        .profile("dev", classes.subList(0, 1 + random.nextInt(4)).toArray(String[]::new))
        .source();
  }

  /// Deny rules never stand for everything, or little else would come up.
  private HostPattern hosts(int anyWeight) {
    int kind = random.nextInt(9 + anyWeight);
    if (kind == 9) {
      return TestPolicy.any();
    }
    if (kind < 2) {
      return TestPolicy.address(
          random.nextBoolean()
              ? "10.0.0.0/" + (29 + random.nextInt(4))
              : "fd00::/" + (126 + random.nextInt(3)));
    }
    String name = name();
    return switch (kind % 3) {
      case 0 -> TestPolicy.host(name);
      case 1 -> TestPolicy.below(name);
      default -> TestPolicy.domain(name);
    };
  }

  private Ports ports() {
    return switch (random.nextInt(4)) {
      case 0 -> new Ports.All();
      case 1 -> TestPolicy.ports(443, 8443);
      case 2 -> TestPolicy.ports(80);
      default -> new Ports.Default();
    };
  }

  private Destination destination() {
    String host =
        switch (random.nextInt(6)) {
          case 0 -> "10.0.0." + random.nextInt(9);
          case 1 -> "[fd00::" + random.nextInt(5) + "]";
          default -> name();
        };
    String scheme = random.nextInt(3) == 0 ? "http" : "https";
    return TestPolicy.to(
        scheme + "://" + host + oneOf(new String[] {"", "", ":443", ":8443", ":80"}));
  }

  private String name() {
    List<String> labels = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      labels.add(oneOf(LABELS.toArray(String[]::new)));
    }
    return String.join(".", labels);
  }

  private <T> T oneOf(T[] values) {
    return values[random.nextInt(values.length)];
  }
}
