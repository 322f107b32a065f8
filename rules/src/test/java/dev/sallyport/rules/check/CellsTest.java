package dev.sallyport.rules.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.Assignment;
import dev.sallyport.rules.Assignment.Condition;
import dev.sallyport.rules.CertificateName;
import dev.sallyport.rules.CertificateName.Kind;
import dev.sallyport.rules.Cidr;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.MalformedPathException;
import dev.sallyport.rules.PathPattern;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.RequestRule;
import dev.sallyport.rules.RequestSight;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.TestPolicy;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.PolicyLoader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The partitions of paths, requests and clients, each by itself.
class CellsTest {
  private static final Instant AT = Instant.parse("2026-11-21T00:00:00Z");

  private static RequestRule paths(String... patterns) throws MalformedPathException {
    List<PathPattern> all = new ArrayList<>();
    for (String pattern : patterns) {
      all.add(PathPattern.parse(pattern));
    }
    return new RequestRule.Conditions(
        new TreeSet<>(), all, Collections.emptySortedMap(), Collections.emptySortedMap());
  }

  @Test
  void areasOfAnySetOfPathsHoldTheirCellsAndNoOthers() throws MalformedPathException {
    PathCells cells =
        PathCells.of(
            List.of(
                paths("/a", "/a/**", "/*/b", "/*/b/c/", "/a/x%2Fy", "/"),
                new RequestRule.Git(
                    dev.sallyport.rules.GitRepositories.ALL,
                    dev.sallyport.rules.GitRepositories.NONE)),
            EnumSet.allOf(PathArea.Slash.class));
    java.util.Random random = new java.util.Random(7);
    for (int round = 0; round < 300; round++) {
      BitSet in = new BitSet();
      for (int i = 0; i < cells.size(); i++) {
        in.set(i, random.nextInt(3) > round % 3);
      }
      List<PathArea> areas = cells.areas(in);
      for (int i = 0; i < cells.size(); i++) {
        String path = cells.path(i);
        long times = areas.stream().filter(area -> area.contains(path)).count();
        assertEquals(in.get(i) ? 1 : 0, times, () -> path + " in " + areas);
      }
    }
  }

  @Test
  void aTreeThatGrowsTooLargeSaysSo() throws MalformedPathException {
    List<RequestRule> rules = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      rules.add(paths("/a" + i + "/**", "/*/b" + i, "/*/*/c" + i));
    }
    PathTree tree = PathTree.of(rules);
    assertFalse(tree.isComplete());
    assertTrue(tree.nodes().size() < PathTree.MAX_NODES * 2);
    assertTrue(PathTree.of(rules.subList(0, 20)).isComplete());
  }

  @Test
  void aPathOfMcpThatIsNeverJudgedTellsNothingApart() {
    RequestRule odd =
        new RequestRule.Mcp("/a//b", Optional.empty(), new TreeSet<>(), new TreeSet<>());
    assertEquals(1, PathTree.of(List.of(odd)).nodes().size());
  }

  @Test
  void methodsAreSetsWithAndWithoutOthers() {
    MethodSet some = new MethodSet(new TreeSet<>(List.of("GET", "PUT")), false);
    MethodSet rest = new MethodSet(new TreeSet<>(List.of("GET", "PUT", "X")), true);
    assertEquals("GET, PUT", some.text());
    assertEquals("every method but X", some.with(rest).text());
    assertEquals(MethodSet.ALL, some.with(new MethodSet(new TreeSet<>(List.of("PUT")), true)));
    assertEquals("every method", MethodSet.ALL.text());
    assertEquals("XX", rest.any());
    assertTrue(rest.contains("POST"));
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          *,         GET,  /x/y,                 -1, 1
          *,         GET,  /o/r/info/refs,       23, 1
          git.test,  GET,  /o/r/info/refs,       23, 2
          git.test,  GET,  /o/r/info/refs,       24, 2
          git.test,  GET,  /o/r/info/refs,        9, 1
          git.test,  GET,  /o/r/info/refs,       -1, 1
          git.test,  POST, /o/r/git-upload-pack, -1, 1
          a.test,    GET,  /q,                   -1, 2
          a.test,    GET,  /q,                    3, 4
          a.test,    GET,  /other,                3, 1
          a.test,    GET,  /p/***,               -1, 6
          m.test,    POST, /mcp,                  3, 2
          m.test,    POST, /mcp,                  5, 1
          """)
  void aRecordStandsForWhatItCouldHaveBeen(
      String host, String method, String path, int query, int expected)
      throws LoadException, MalformedHostException {
    Policy policy =
        PolicyLoader.load(
            "policy.yaml",
            """
            sallyport: 1
            name: acme
            classes:
              docs:
                intercept: true
                allow:
                  - {git: git.test, fetch: any, push: [o/r]}
                  - {host: a.test, paths: [/q], query: {v: ['1']}}
                  - {host: a.test, paths: [/q], headers: {accept: text/html}}
                  - {host: a.test, paths: [/p/one, /p/two/x]}
                  - {mcp: "https://m.test/mcp?t=1"}
            profiles:
              dev: {classes: [docs]}
            """);
    PossibleRequests.Recorded recorded =
        new PossibleRequests.Recorded(
            method,
            Optional.of(path),
            "***",
            query < 0 ? OptionalInt.empty() : OptionalInt.of(query),
            false);
    Host asked = Host.parse(host.equals("*") ? "other.test" : host);
    List<RequestSight> requests =
        PossibleRequests.of(policy.rulesFor(asked), Scheme.HTTPS, 443, recorded).orElseThrow();
    assertTrue(
        requests.stream().allMatch(request -> request.query().isPresent() == query >= 0),
        requests::toString);
    assertEquals(expected, requests.size(), requests::toString);
    PossibleRequests.Recorded cut =
        new PossibleRequests.Recorded(method, Optional.empty(), "***", OptionalInt.empty(), false);
    assertTrue(
        PossibleRequests.of(policy.rulesFor(asked), Scheme.HTTPS, 443, cut).orElseThrow().size()
            >= 3);
    assertTrue(
        PossibleRequests.of(policy.rulesFor(asked), Scheme.HTTPS, 443).orElseThrow().size() >= 3);
  }

  private static List<ClientIdentity> clients(Condition... all) {
    return new Wanted(List.of(all))
        .clients(
            Wanted.Spanned.of(
                List.of(Cidr.of("10.0.0.0/8"), Cidr.of("10.1.0.0/16"), Cidr.of("0.0.0.0/0"))));
  }

  private static Condition certified(Kind kind, String value) {
    return new Condition.Certified(CertificateName.of(kind, value).orElseThrow());
  }

  private static Condition labelled(String name, String value) {
    return new Condition.Labelled(new TreeMap<>(Map.of(name, value)));
  }

  @Test
  void clientsThatMeetConditionsMeetNoMoreThanTheyMust() {
    List<ClientIdentity> found =
        clients(new Condition.TokenNamed("ci-*"), new Condition.TokenNamed("ci-a*"));
    assertEquals(Optional.of("ci-a" + Wanted.FRESH), found.getFirst().userName());
    assertEquals(List.of(), clients(new Condition.TokenNamed("a"), new Condition.TokenNamed("b")));
    assertEquals(List.of(), clients(new Condition.TokenNamed("a"), new Condition.Anonymous()));
    assertEquals(List.of(), clients(labelled("repo", "a"), labelled("repo", "b")));
    assertEquals(List.of(), clients(new Condition.Through("a"), new Condition.Through("b")));
    assertEquals(
        List.of("a.example"),
        clients(certified(Kind.DNS, "a.example"), certified(Kind.DNS, "b.example")).stream()
            .map(client -> client.userName().orElseThrow())
            .toList());
    assertEquals(
        List.of(), clients(certified(Kind.SUBJECT, "CN=a"), certified(Kind.SUBJECT, "CN=b")));
    assertEquals(
        List.of(), clients(certified(Kind.DNS, "a.example"), new Condition.TokenNamed("a")));
    assertEquals(List.of(), clients(certified(Kind.DNS, "a.example"), new Condition.Anonymous()));
    assertEquals(1, clients(new Condition.Anonymous(), new Condition.Proven()).size());
    assertEquals(3, clients().size());
    assertEquals(2, clients(new Condition.Anonymous()).size());
    ClientIdentity inside = clients(new Condition.From(Cidr.of("10.0.0.0/8"))).getFirst();
    assertFalse(Cidr.of("10.1.0.0/16").contains(inside.address()));
    assertEquals(
        "no token and the claim tier low and an address in 10.0.0.0/8 and listener side",
        new Wanted(
                List.of(
                    new Condition.Anonymous(),
                    new Condition.Claiming(new TreeMap<>(Map.of("tier", "low"))),
                    new Condition.From(Cidr.of("10.0.0.0/8")),
                    new Condition.Through("side")))
            .text());
    assertEquals("any proof of who they are", new Wanted(List.of(new Condition.Proven())).text());
    assertEquals("anything else", new Wanted(List.of()).text());
  }

  @Test
  void moreCombinationsOfLinesThanAreLookedAtAreLeftOut() {
    TestPolicy many = TestPolicy.policy().trafficClass("docs").profile("dev", "docs");
    TestPolicy other = TestPolicy.policy().trafficClass("docs").profile("dev", "docs");
    for (int i = 0; i < 230; i++) {
      many.assign("dev", labelled("a" + i, "x"));
      other.assign("dev", new Condition.TokenNamed("t" + i));
    }
    Policy before = many.build();
    Policy after = other.build();
    ClientCells cells = ClientCells.of(before, after, new Standing.Finder(before, after, AT));
    assertFalse(cells.isComplete());
    assertFalse(PolicyDiff.of(before, after, AT).leftOut().isEmpty());
    assertEquals(230, before.source().assign().stream().map(Assignment::profile).count());
  }
}
