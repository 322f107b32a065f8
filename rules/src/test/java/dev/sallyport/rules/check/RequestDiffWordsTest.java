package dev.sallyport.rules.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.Policy;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.PolicyLoader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a comparison says of requests and clients, in words.
class RequestDiffWordsTest {
  private static final Instant AT = Instant.parse("2026-11-21T00:00:00Z");

  private static Policy load(String text) throws LoadException {
    return PolicyLoader.load("policy.yaml", text);
  }

  private static Policy policy(String allow, String deny) throws LoadException {
    return load(
        """
        sallyport: 1
        name: acme
        classes:
          docs: {intercept: true, allow: [%s]}
        deny: [%s]
        profiles:
          dev: {classes: [docs]}
        assign:
          - {any: true, profile: dev}
        """
            .formatted(allow, deny));
  }

  /// The lines between the first and the last two, without places.
  private static List<String> lines(Policy before, Policy after) {
    List<String> lines = DiffReport.lines(PolicyDiff.of(before, after, AT));
    return lines.subList(1, lines.size() - 2).stream()
        .map(line -> line.replaceAll(" +\\(policy.yaml.*", "").strip())
        .filter(line -> !line.isEmpty())
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          '' | {host: a.test, methods: [GET, HEAD], paths: [/docs/**]} | becomes reachable; docs            GET, HEAD https://a.test/docs/**
          {host: a.test, paths: [/a]} | {host: a.test, paths: [/a, '/*/b']} | becomes reachable; docs            https://a.test/*/b
          {host: a.test, paths: [/a/b]} | {host: a.test, paths: ['/*/b']} | becomes reachable; docs            https://a.test/*/b but /a/**
          {host: a.test, paths: [/a/**]} | {host: a.test, paths: [/**]} | becomes reachable; docs            https://a.test/** but /a/**
          {host: a.test, paths: [/a/**]} | {host: a.test, paths: ['/a/*/**']} | is no longer reachable; docs            https://a.test/a; docs            https://a.test/a/
          {host: a.test, paths: [/a]} | {host: a.test, paths: [/a/**]} | becomes reachable; docs            https://a.test/a/** but /a
          {host: a.test, methods: [GET]} | a.test | becomes reachable; docs            every method but GET https://a.test
          {host: a.test, methods: [GET], paths: [/a]} | {host: a.test, paths: [/a]} | becomes reachable; docs            every method but GET https://a.test/a
          {host: a.test, paths: [/a], query: {v: '1'}} | {host: a.test, paths: [/a], query: {v: ['1', '2']}} | becomes reachable; docs            https://a.test/a with query v `2`
          {host: a.test, paths: [/a], query: {v: '1'}} | {host: a.test, paths: [/a]} | becomes reachable; docs            https://a.test/a with query v other than `1`
          {host: a.test, headers: {accept: text/html}} | a.test | becomes reachable; docs            https://a.test with header accept other than `text/html`
          {host: a.test, paths: ['/*']} | {host: a.test, paths: ['/*'], encoded-slash: allow} | becomes reachable; docs            https://a.test/* with an encoded slash
          {host: a.test, paths: [/**]} | a.test | becomes reachable; docs            https://a.test/** with an encoded slash; docs            https://a.test by a path that can be read in two ways
          {domain: a.test, ports: [443, 8443], methods: [GET]} | {domain: a.test, ports: [443, 8443], methods: [GET, POST]} | becomes reachable; docs            POST a.test and every name below it, https ports 443, 8443
          '' | {git: g.test, push: [o/r]} | becomes reachable; docs            GET https://g.test/o/r/info/refs with the query `service=git-receive-pack`; docs            GET https://g.test/o/r.git/info/refs with the query `service=git-receive-pack`; docs            POST https://g.test/o/r/git-receive-pack with no query; docs            POST https://g.test/o/r.git/git-receive-pack with no query
          '' | {git: g.test, fetch: any} | becomes reachable; docs            GET https://g.test/**/info/refs with the query `service=git-upload-pack`; docs            POST https://g.test/**/git-upload-pack with no query
          '' | {mcp: 'https://m.test/mcp'} | becomes reachable; docs            DELETE, GET, POST https://m.test/mcp with no query
          {mcp: 'https://m.test/mcp', tools: {allow: [a]}} | {mcp: 'https://m.test/mcp', tools: {allow: [a, b]}} | stays reachable, otherwise than before; docs            DELETE, GET, POST https://m.test/mcp with no query: tools a become a, b
          {mcp: 'https://m.test/mcp', methods: [x]} | {mcp: 'https://m.test/mcp'} | stays reachable, otherwise than before; docs            DELETE, GET, POST https://m.test/mcp with no query: methods x become without limit
          {host: a.test, minimum-age: 3d} | {host: a.test, minimum-age: 1d} | stays reachable, otherwise than before; docs            a.test: minimum age 3d becomes 1d
          {host: a.test, upload-limit: 1MiB} | a.test | stays reachable, otherwise than before; docs            a.test: upload limit 1048576 octets becomes none
          """)
  void tellsRequestsApart(String before, String after, String expected) throws LoadException {
    Policy old = policy(before, "");
    Policy now = policy(after, "");
    List<String> lines = lines(old, now);
    assertEquals(List.of(expected.split("; ", -1)), lines.subList(1, lines.size()));
    assertEquals("profile dev", lines.getFirst());
    assertEquals(!expected.startsWith("is no longer"), PolicyDiff.of(old, now, AT).widens());
  }

  @ParameterizedTest
  @CsvSource({
    "'{host: a.test, minimum-age: 1d}', '{host: a.test, minimum-age: 36h}'",
    "a.test, '{host: a.test, upload-limit: 1MiB}'",
    "'{host: a.test, upload-limit: 2MiB}', '{host: a.test, upload-limit: 1MiB}'",
    "'{mcp: \"https://m.test/\"}', '{mcp: \"https://m.test/\", tools: {allow: [a]}}'",
    "'{host: m.test, paths: [/]}', '{mcp: \"https://m.test/\"}'",
    "'{host: a.test, sni: absent}', '{host: a.test}'",
    "'{host: a.test}', '{host: a.test, ech: deny}'",
  })
  void whatIsHeldMoreStrictlyDoesNotWiden(String before, String after) throws LoadException {
    assertFalse(PolicyDiff.of(policy(before, ""), policy(after, ""), AT).widens());
    assertTrue(PolicyDiff.of(policy(after, ""), policy(before, ""), AT).widens());
  }

  @Test
  void aDenyRuleOnRequestsIsAnExceptionToWhatOpens() throws LoadException {
    String deny = "{host: a.test, paths: [/admin/**]}";
    assertEquals(
        List.of(
            "profile dev",
            "becomes reachable",
            "docs            https://a.test/** but /admin/**, encoded slashes included"),
        lines(policy("", deny), policy("a.test", deny)));
  }

  @Test
  void organisationsAreHeldOrNot() throws LoadException {
    String one = "organisations: [3f1c0d0e-0000-4000-8000-000000000001]";
    String other = "organisations: [3f1c0d0e-0000-4000-8000-000000000002]";
    String none = "methods: [GET]";
    String text =
        """
        sallyport: 1
        name: acme
        classes:
          model: {intercept: true, %s, allow: [{host: m.test, methods: [GET]}]}
        profiles:
          dev: {classes: [model]}
        """;
    assertTrue(PolicyDiff.of(load(text.formatted(one)), load(text.formatted(other)), AT).widens());
    assertTrue(PolicyDiff.of(load(text.formatted(one)), load(text.formatted(none)), AT).widens());
    assertFalse(PolicyDiff.of(load(text.formatted(none)), load(text.formatted(one)), AT).widens());
  }

  private static final String STAFF =
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

  private static String excepted(String id, String host, String audience, String expires) {
    return "  - {id: "
        + id
        + ", class: docs, allow: "
        + host
        + audience
        + ", reason: r, owner: o, expires: "
        + expires
        + "}\n";
  }

  @Test
  void exceptionsForCertainClientsAreToldBesideTheirProfile() throws LoadException {
    String shop = ", for: {proven: {repository: acme/shop}}";
    Policy before =
        load(STAFF + "exceptions:\n" + excepted("E1", "x.test", shop, "2026-12-01T00:00:00Z"));
    Policy after =
        load(
            STAFF.replace("a.test", "c.test")
                + "exceptions:\n"
                + excepted("E2", "a.test", shop, "2026-12-01T00:00:00Z"));
    List<String> lines = lines(before, after);
    assertEquals(
        List.of(
            "profile dev",
            "becomes reachable",
            "docs            c.test",
            "is no longer reachable",
            "docs            a.test",
            "profile ci",
            "becomes reachable",
            "docs            c.test",
            "is no longer reachable",
            "docs            a.test",
            "clients with token ci-* and repository acme/shop, profile ci with exception E1 before"
                + " with exception E2 now: besides what changes for the profile",
            "is no longer reachable",
            "docs            x.test",
            "stays reachable, otherwise than before",
            "docs            a.test: it rested on an entry, and rests on exception E2 until"
                + " 2026-12-01T00:00:00Z",
            "clients with repository acme/shop, not token ci-*, profile dev with exception E1"
                + " before with exception E2 now: besides what changes for the profile",
            "is no longer reachable",
            "docs            x.test",
            "stays reachable, otherwise than before",
            "docs            a.test: it rested on an entry, and rests on exception E2 until"
                + " 2026-12-01T00:00:00Z"),
        lines);
  }

  @Test
  void anExceptionThatStaysKeepsForSomeWhatIsTakenFromTheRest() throws LoadException {
    String kept =
        "exceptions:\n" + excepted("E1", "a.test", ", for: {token: me}", "2026-12-01T00:00:00Z");
    PolicyDiff diff =
        PolicyDiff.of(
            load(STAFF.replace("a.test", "z.test") + kept),
            load(STAFF.replace("a.test", "y.test") + kept),
            AT);
    assertTrue(
        diff.views().stream().noneMatch(view -> view.scope() == PolicyDiff.Scope.EXCEPTED),
        "the exception neither adds to nor takes from what changes");
    diff = PolicyDiff.of(load(STAFF + kept), load(STAFF.replace("a.test", "y.test") + kept), AT);
    PolicyDiff.View mine =
        diff.views().stream()
            .filter(view -> view.scope() == PolicyDiff.Scope.EXCEPTED)
            .findFirst()
            .orElseThrow();
    assertEquals(List.of("token me"), mine.clients());
    assertEquals(Change.Kind.OTHERWISE, mine.groups().getFirst().change().kind());
    assertFalse(mine.widens());
  }

  @Test
  void anExceptionForEverybodyCountsUntilItEnds() throws LoadException {
    Policy short1 =
        load(STAFF + "exceptions:\n" + excepted("E1", "x.test", "", "2026-12-01T00:00:00Z"));
    Policy long1 =
        load(STAFF + "exceptions:\n" + excepted("E1", "x.test", "", "2027-12-01T00:00:00Z"));
    Policy ended =
        load(STAFF + "exceptions:\n" + excepted("E1", "x.test", "", "2026-11-21T00:00:00Z"));
    assertTrue(PolicyDiff.of(short1, long1, AT).widens(), "it lasts longer");
    assertFalse(PolicyDiff.of(long1, short1, AT).widens());
    assertTrue(PolicyDiff.of(ended, short1, AT).widens());
    assertEquals(List.of(), PolicyDiff.of(ended, load(STAFF), AT).views());
  }

  @Test
  void reportModeLetsEverythingThrough() throws LoadException {
    Policy reporting = load(STAFF + "mode: report\nowner: me\nuntil: 2026-12-01T00:00:00Z\n");
    PolicyDiff diff = PolicyDiff.of(load(STAFF), reporting, AT);
    assertTrue(diff.widens());
    assertTrue(
        lines(load(STAFF), reporting).stream().anyMatch(line -> line.contains("every name")));
    assertFalse(PolicyDiff.of(reporting, load(STAFF), AT).widens());
    PolicyDiff later = PolicyDiff.of(load(STAFF), reporting, Instant.parse("2026-12-01T00:00:00Z"));
    assertEquals(List.of(), later.views());
  }

  @Test
  void whatMayBeAskedForIsToldApart() throws LoadException {
    Policy asking = load(STAFF.replace("[docs, more]}", "[docs, more], unknown: ask}"));
    List<String> lines = lines(load(STAFF), asking);
    assertEquals("may be asked for", lines.get(1));
    assertTrue(PolicyDiff.of(load(STAFF), asking, AT).widens());
    assertEquals("can no longer be asked for", lines(asking, load(STAFF)).get(1));
    assertFalse(PolicyDiff.of(asking, load(STAFF), AT).widens());
  }

  @Test
  void aProfileByAnotherNameChangesNothing() throws LoadException {
    PolicyDiff diff = PolicyDiff.of(load(STAFF), load(STAFF.replace("dev", "developer")), AT);
    assertEquals(List.of(), diff.views());
    assertFalse(diff.widens());
  }

  @Test
  void aProfileThatNobodyGetsWidensNothing() throws LoadException {
    Policy more =
        load(STAFF.replace("profiles:\n", "profiles:\n  idle: {classes: [docs, more]}\n"));
    PolicyDiff diff = PolicyDiff.of(load(STAFF), more, AT);
    assertEquals(PolicyDiff.Scope.IDLE, diff.views().getFirst().scope());
    assertFalse(diff.widens());
    assertEquals(
        "profile idle, which is new and which nobody gets", lines(load(STAFF), more).getFirst());
    assertEquals(
        "profile idle, which is gone and which nobody had", lines(more, load(STAFF)).getFirst());
  }

  @Test
  void clientsWithAnotherProfileAreNamedByWhatTheyProveAndClaim() throws LoadException {
    String lines =
        """
        assign:
          - {proven: {repository: "acme/*"}, claimed: {tier: low}, profile: ci}
          - {proven: {repository: "acme/*"}, profile: dev}
          - {any: true, address: 10.0.0.0/8, listener: side, profile: ci}
          - {anonymous: true, profile: ci}
        """;
    String before = STAFF.substring(0, STAFF.indexOf("assign:")) + lines;
    PolicyDiff diff =
        PolicyDiff.of(
            load(before),
            load(before.replace(", claimed: {tier: low}, profile: ci", ", profile: ci")),
            AT);
    assertEquals(
        List.of(List.of("repository acme/*, not repository acme/* and the claim tier low")),
        diff.views().stream().map(PolicyDiff.View::clients).toList());
    diff = PolicyDiff.of(load(before), load(before.replace("10.0.0.0/8", "10.0.0.0/9")), AT);
    assertEquals(1, diff.views().size());
    assertTrue(
        diff.views().getFirst().clients().getFirst().contains("an address in 10.0.0.0/8"),
        diff.views()::toString);
    assertTrue(DiffReport.lines(diff).toString().contains("no profile now"));
  }

  @Test
  void dataTellsTheSame() throws LoadException {
    PolicyDiff diff =
        PolicyDiff.of(
            policy("{host: a.test, methods: [GET], paths: [/a/**, /b]}", ""),
            policy("{host: a.test, methods: [GET], paths: [/**], query: {v: '1'}}", ""),
            AT);
    Map<String, Object> data = DiffReport.data(diff);
    assertEquals(true, data.get("widens"));
    assertEquals(List.of(), data.get("left-out"));
    String text = data.toString();
    assertTrue(text.contains("requests={methods={only=[GET]}, path=/**, but=[/a/**, /b]"), text);
    assertTrue(text.contains("with=[query v `1`]"), text);
    assertTrue(text.contains("scope=profile"), text);
  }

  @Test
  void tooManyCombinationsAreSaidAndCountAsWidening() throws LoadException {
    List<String> asked = new ArrayList<>();
    for (int i = 0; i < 13; i++) {
      asked.add("{host: a.test, paths: [/a], query: {v" + i + ": '1'}}");
    }
    Policy before = policy(String.join(", ", asked), "");
    Policy after = policy(String.join(", ", asked.subList(1, asked.size())), "");
    PolicyDiff diff = PolicyDiff.of(before, after, AT);
    assertEquals(List.of("some requests to https://a.test"), diff.leftOut());
    assertTrue(diff.widens());
    List<String> lines = DiffReport.lines(diff);
    assertTrue(lines.contains("not compared: some requests to https://a.test"), lines::toString);
  }
}
