package dev.sallyport.rules.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.AddressRule;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.IdentityMethod;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.RequestSight;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.PolicyLoader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyDiffTest {
  private static final Instant AT = Instant.parse("2026-11-21T00:00:00Z");
  private static final int POLICIES = 100;
  private static final List<String> LABELS = List.of("a", "b", "c", "x");
  private static final List<Integer> PORTS = List.of(1, 2, 22, 80, 443, 8443, 65_535);
  private static final List<String> LITERALS =
      List.of(
          "9.255.255.255",
          "10.0.0.0",
          "10.1.0.0",
          "10.1.255.255",
          "10.2.0.0",
          "11.0.0.0",
          "127.0.0.1",
          "169.254.169.254",
          "203.0.113.7",
          "8.8.8.8",
          "[::1]",
          "[2001:db8::1]",
          "[2600::1]");

  private static final RequestSight GET = RequestSight.of("GET", "/");

  private final Random random = new Random(20261121);

  static Policy load(String text) throws LoadException {
    return PolicyLoader.load("policy.yaml", text);
  }

  private static Policy policy(String allow, String... deny) throws LoadException {
    return load(
        """
        sallyport: 1
        name: acme
        classes:
          docs: {allow: [%s]}
        deny: [%s]
        profiles:
          dev: {classes: [docs]}
        assign:
          - {any: true, profile: dev}
        """
            .formatted(allow, String.join(", ", deny)));
  }

  private static List<String> lines(Policy before, Policy after) {
    return PolicyDiff.of(before, after, AT).views().stream()
        .flatMap(view -> view.groups().stream())
        .flatMap(
            group ->
                group.regions().stream().map(region -> group.change().kind() + " " + region.text()))
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                        | a.test                     | OPENED a.test
          a.test                    | ''                         | CLOSED a.test
          a.test                    | {host: a.test, ports: [443, 8443]} | OPENED a.test, https port 8443
          a.test                    | {host: a.test, scheme: any} | OPENED a.test, http
          a.test                    | {domain: a.test}           | OPENED every name below a.test
          {subdomains-of: a.test}   | {domain: a.test}           | OPENED a.test
          ''                        | {domain: a.test}           | OPENED a.test and every name below it
          b.a.test                  | {domain: a.test}           | OPENED a.test and every name below it but b.a.test
          ''                        | {address: 8.8.8.0/24}      | OPENED addresses 8.8.8.0/24
          {address: 8.8.8.0/25}     | {address: 8.8.8.0/24}      | OPENED addresses 8.8.8.128/25
          {address: 8.8.8.8}        | ''                         | CLOSED address 8.8.8.8
          """)
  void saysInWordsWhatChanges(String before, String after, String expected) throws LoadException {
    if (expected.endsWith("but b.a.test")) {
      // What is below the exception is open too, so it has a line of its own.
      assertEquals(
          List.of(
              "OPENED a.test and every name below it but b.a.test",
              "OPENED every name below b.a.test"),
          lines(policy(before), policy(after)));
    } else {
      assertEquals(List.of(expected), lines(policy(before), policy(after)));
    }
  }

  @Test
  void aDenyRuleCloses() throws LoadException {
    Policy before = policy("{domain: a.test}");
    Policy after = policy("{domain: a.test}", "{domain: b.a.test}");
    assertEquals(List.of("CLOSED b.a.test and every name below it"), lines(before, after));
    assertFalse(PolicyDiff.of(before, after, AT).widens());
    assertTrue(PolicyDiff.of(after, before, AT).widens());
  }

  @Test
  void orderAndSpellingChangeNothing() throws LoadException {
    assertEquals(
        List.of(),
        PolicyDiff.of(policy("a.test, b.test"), policy("{host: B.test.}, a.test"), AT).views());
  }

  @Test
  void whatStaysReachableMayBeTreatedOtherwise() throws LoadException {
    Policy before = policy("{host: a.test, resolves-to: [10.1.0.0/16]}");
    Policy after = policy("{host: a.test, resolves-to: [10.0.0.0/8], sni: absent}");
    Change change =
        PolicyDiff.of(before, after, AT).views().getFirst().groups().getFirst().change();
    assertEquals(Change.Kind.OTHERWISE, change.kind());
    assertEquals(
        List.of(
            "its tunnels now may carry TLS without a server name", "it may lead to more addresses"),
        change.differences());
    assertTrue(change.widens());
    assertFalse(PolicyDiff.of(after, before, AT).widens());
  }

  @Test
  void clientsThatGetAnotherProfileAreCompared() throws LoadException {
    String text =
        """
        sallyport: 1
        name: acme
        classes:
          docs: {allow: [a.test]}
          more: {allow: [b.test]}
        profiles:
          dev: {classes: [docs, more]}
          ci: {classes: [docs]}
        assign:
          - {token: "ci-*", profile: ci}
          - {any: true, profile: dev}
        """;
    PolicyDiff diff = PolicyDiff.of(load(text), load(text.replace("ci-*", "ci-1")), AT);
    assertEquals(1, diff.views().size());
    PolicyDiff.View view = diff.views().getFirst();
    assertEquals(List.of("token ci-*, not token ci-1"), view.clients());
    assertEquals(Optional.of("ci"), view.standing().before());
    assertEquals(Optional.of("dev"), view.standing().after());
    assertEquals("b.test", view.groups().getFirst().regions().getFirst().text());
    assertTrue(diff.widens());
  }

  @Test
  void agreesWithBruteForceOverAUniverse() throws LoadException, MalformedHostException {
    List<Destination> universe = universe();
    Map<Change.Kind, Integer> seen = new EnumMap<>(Change.Kind.class);
    for (int round = 0; round < POLICIES; round++) {
      Policy before = generated();
      Policy after = generated();
      PolicyDiff diff = PolicyDiff.of(before, after, AT);
      for (Destination destination : universe) {
        boolean was = isReachable(before, destination);
        boolean is = isReachable(after, destination);
        List<Change> said = said(diff, destination);
        assertTrue(said.size() <= 1, () -> "told twice: " + destination + " " + said);
        Change.Kind kind = said.isEmpty() ? Change.Kind.OTHERWISE : said.getFirst().kind();
        Change.Kind expected =
            was == is ? Change.Kind.OTHERWISE : is ? Change.Kind.OPENED : Change.Kind.CLOSED;
        assertEquals(expected, kind, () -> destination + "\n" + words(diff));
        if (was && is) {
          assertEquals(
              decide(before, destination)
                  .trafficClass()
                  .equals(decide(after, destination).trafficClass()),
              said.isEmpty()
                  || said.getFirst().differences().stream()
                      .noneMatch(words -> words.startsWith("class ")),
              () -> destination + "\n" + words(diff));
        }
        seen.merge(expected, 1, Integer::sum);
      }
    }
    assertTrue(seen.values().stream().allMatch(times -> times > 1000), seen::toString);
  }

  private static List<Change> said(PolicyDiff diff, Destination destination) {
    List<Change> said = new ArrayList<>();
    for (PolicyDiff.View view : diff.views()) {
      for (PolicyDiff.Group group : view.groups()) {
        group.regions().stream()
            .filter(region -> region.contains(destination, GET))
            .forEach(region -> said.add(group.change()));
      }
    }
    return said;
  }

  private static String words(PolicyDiff diff) {
    return String.join("\n", lines(diff.before(), diff.after()))
        + "\n"
        + diff.before().source()
        + "\n"
        + diff.after().source();
  }

  private static Decision decide(Policy policy, Destination destination) {
    return policy.decide("dev", IdentityMethod.NONE, destination, AT);
  }

  private static boolean isReachable(Policy policy, Destination destination) {
    Decision decision = decide(policy, destination);
    if (decision.outcome() != Outcome.ALLOW) {
      return false;
    }
    var permit = decision.permit().orElseThrow();
    return !(destination.host() instanceof Host.Literal(var address))
        || AddressRule.permitted(address, permit.resolvesTo(), permit.hosts());
  }

  private static List<Destination> universe() throws MalformedHostException {
    List<String> hosts = new ArrayList<>(LITERALS);
    List<String> all = new ArrayList<>(LABELS);
    all.add("other");
    for (String one : all) {
      hosts.add(one);
      for (String two : all) {
        hosts.add(two + "." + one);
        for (String three : all) {
          hosts.add(three + "." + two + "." + one);
        }
      }
    }
    List<Destination> universe = new ArrayList<>();
    for (String host : hosts) {
      for (Scheme scheme : Scheme.values()) {
        for (int port : PORTS) {
          universe.add(new Destination(scheme, Host.parse(host), port));
        }
      }
    }
    return universe;
  }

  private Policy generated() throws LoadException {
    return load(
        """
        sallyport: 1
        name: acme
        classes:
          one: {allow: [%s]}
          two: {allow: [%s]}
        deny: [%s]
        profiles:
          dev: {classes: [one, two]}
        """
            .formatted(rules(6, true), rules(4, true), rules(2, false)));
  }

  private String rules(int most, boolean entries) {
    return String.join(
        ", ",
        Stream.generate(() -> rule(entries)).limit(random.nextInt(most + 1)).distinct().toList());
  }

  private String rule(boolean entry) {
    String ports = random.nextInt(3) == 0 ? ", ports: [" + port() + ", 443]" : "";
    String scheme =
        switch (random.nextInt(4)) {
          case 0 -> ", scheme: http";
          case 1 -> ", scheme: any";
          default -> "";
        };
    String subject =
        switch (random.nextInt(8)) {
          case 0 ->
              "address: "
                  + List.of("10.0.0.0/8", "10.1.0.0/16", "8.8.8.8", "\"::/0\"")
                      .get(random.nextInt(4));
          case 1 -> "any: true" + (entry ? ", accept-risk: a test" : "");
          case 2, 3 -> "subdomains-of: " + name() + suffix(entry);
          case 4, 5 -> "domain: " + name() + suffix(entry);
          default -> "host: " + name();
        };
    return "{" + subject + scheme + ports + "}";
  }

  private static String suffix(boolean entry) {
    return entry ? ", public-suffix: true" : "";
  }

  private int port() {
    int port = PORTS.get(random.nextInt(PORTS.size()));
    return port == 443 ? 2 : port;
  }

  private String name() {
    int labels = 1 + random.nextInt(3);
    return String.join(
        ".",
        Stream.generate(() -> LABELS.get(random.nextInt(LABELS.size()))).limit(labels).toList());
  }
}
