package dev.sallyport.rules.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.AddressRule;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.ClientIdentity.Proof;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.RequestSight;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.Treatment;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.PolicyLoader;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Holds comparisons of policies that look at requests and clients against every request of a
/// universe, judged by both policies.
class RequestDiffTest {
  private static final Instant AT = Instant.parse("2026-11-21T00:00:00Z");
  private static final int PAIRS = 10;
  private static final int CLIENTS_PER_PAIR = 3;

  /// Requests of the universe that are tried with each client and destination.
  private static final int TRIED = 50;

  private static final int ATTEMPTS = 200;

  private static final List<String> HOSTS =
      List.of("a.test", "b.a.test", "c.b.a.test", "git.test", "other.example", "8.8.8.8");
  private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "DELETE", "PURGE");
  private static final List<String> TARGETS =
      List.of(
          "/",
          "/x",
          "/x/",
          "/x/y",
          "/x/y/",
          "/x/y/z",
          "/x/q/z",
          "/q",
          "/q/y",
          "/q/y/z/w",
          "/x/a%2Fb",
          "/x/a%2Fb/z",
          "/a%2Fb",
          "/a%2fb/c",
          "/x/../y",
          "//x",
          "/x?v=1",
          "/x?v=2",
          "/x?v=1&v=1",
          "/x/y?v=1&w=a%20b",
          "/x?w=a+b",
          "/x?v=%zz",
          "/o/r/info/refs?service=git-upload-pack",
          "/o/r.git/info/refs?service=git-receive-pack",
          "/o/r/info/refs",
          "/o/r/info/refs?service=git-upload-pack&x=1",
          "/o/r/git-upload-pack",
          "/o/r.git/git-receive-pack",
          "/o/r/git-receive-pack?x=1",
          "/o/other/git-upload-pack",
          "/o/.git/git-upload-pack",
          "/p/deep/er/git-upload-pack",
          "/info/refs",
          "/x/info/refs?service=git-upload-pack",
          "/mcp",
          "/mcp?t=1",
          "/mcp/x");
  private static final List<Map<String, List<String>>> HEADERS =
      List.of(
          Map.of(),
          Map.of("accept", List.of("text/html")),
          Map.of("accept", List.of("text/html", "text/html")));

  private final Random random = new Random(20261128);

  @Test
  void agreesWithBruteForceOverRequestsAndClients() throws MalformedHostException {
    Map<Change.Kind, Integer> seen = new EnumMap<>(Change.Kind.class);
    for (int round = 0; round < PAIRS; round++) {
      Policy one = generated();
      Policy other = generated();
      compare(one, other, seen);
      compare(other, one, seen);
    }
    assertTrue(seen.size() >= 5, seen::toString);
  }

  private void compare(Policy before, Policy after, Map<Change.Kind, Integer> seen)
      throws MalformedHostException {
    PolicyDiff diff = PolicyDiff.of(before, after, AT);
    assertEquals(List.of(), diff.leftOut());
    List<RequestSight> requests = requests();
    for (int i = 0; i < CLIENTS_PER_PAIR; i++) {
      ClientIdentity client = client();
      Standing standing = new Standing.Finder(before, after, AT).of(client);
      for (Destination destination : destinations()) {
        Collections.shuffle(requests, random);
        for (RequestSight request : requests.subList(0, TRIED)) {
          Outcome was = outcome(before, client, destination, request);
          Outcome is = outcome(after, client, destination, request);
          Change.Kind said = said(diff, destination, request, standing);
          assertEquals(
              kind(was, is),
              said,
              () -> client + " " + destination + " " + request + "\n" + words(diff));
          assertTrue(was != Outcome.DENY || is == Outcome.DENY || diff.widens());
          seen.merge(said, 1, Integer::sum);
        }
      }
    }
  }

  @Test
  void agreesWithBruteForceOnTwoThousandRules() throws LoadException, MalformedHostException {
    Policy before = large(0);
    Policy after = large(25);
    for (PolicyDiff diff :
        List.of(PolicyDiff.of(before, after, AT), PolicyDiff.of(after, before, AT))) {
      int changed = 0;
      Standing dev =
          new Standing.Finder(before, after, AT)
              .of(
                  new ClientIdentity(
                      new Proof.Token("me"),
                      InetAddress.ofLiteral("192.0.2.1"),
                      "main",
                      Map.of(),
                      Map.of()));
      for (int i = 0; i < 525; i++) {
        // Around the rules that come and go, every one; in between some.
        if (i >= 30 && i < 495 && i % 40 != 0) {
          continue;
        }
        for (String host :
            List.of("w%d.example.org", "x.w%d.example.org", "p%d.example.io", "g%d.example.dev")) {
          changed += agree(diff, dev, host.formatted(i), 443, "/");
        }
        changed += agree(diff, dev, "p%d.example.io".formatted(i), 8000 + i % 100, "/");
        changed += agree(diff, dev, "g%d.example.dev".formatted(i), 443, "/acme/x/git-upload-pack");
        changed += agree(diff, dev, "api%d.example.com".formatted(i % 50), 443, "/v" + i + "/x");
        changed += agree(diff, dev, "api%d.example.com".formatted(i % 50), 443, "/repos/a/r" + i);
      }
      assertTrue(changed >= 4 * 2 * 25, changed + " requests change");
      assertTrue(diff.widens());
    }
  }

  /// Holds one request, by each of some methods, against both policies; how many change.
  private static int agree(PolicyDiff diff, Standing standing, String host, int port, String target)
      throws MalformedHostException {
    ClientIdentity client =
        new ClientIdentity(
            new Proof.Token("me"), InetAddress.ofLiteral("192.0.2.1"), "main", Map.of(), Map.of());
    Destination to = new Destination(Scheme.HTTPS, Host.parse(host), port);
    int changed = 0;
    for (String method : List.of("GET", "POST", "PUT")) {
      RequestSight request = RequestSight.of(method, target);
      Change.Kind expected =
          kind(
              outcome(diff.before(), client, to, request),
              outcome(diff.after(), client, to, request));
      assertEquals(expected, said(diff, to, request, standing), () -> to + " " + request);
      changed += expected == Change.Kind.UNCHANGED ? 0 : 1;
    }
    return changed;
  }

  /// A policy of 2,000 rules: 500 in each of four classes, from a number on.
  private static Policy large(int from) throws LoadException {
    List<String> forms =
        List.of(
            "{domain: w%d.example.org}",
            "{host: api%2$d.example.com, methods: [GET, POST], paths: [/v%1$d/**,"
                + " '/repos/*/r%1$d']}",
            "{host: p%d.example.io, ports: [443, %3$d]}",
            "{git: g%d.example.dev, fetch: any, push: [acme/r%1$d, 'team/*']}");
    List<String> classes = new ArrayList<>();
    for (String form : forms) {
      List<String> rules = new ArrayList<>();
      for (int i = from; i < from + 500; i++) {
        rules.add(form.formatted(i, i % 50, 8000 + i % 100));
      }
      classes.add(String.join(", ", rules));
    }
    return PolicyLoader.load(
        "policy.yaml",
        """
        sallyport: 1
        name: large
        classes:
          web: {intercept: true, methods: [GET], allow: [%s]}
          api: {intercept: true, allow: [%s]}
          packages: {allow: [%s]}
          sources: {intercept: true, allow: [%s]}
        profiles:
          dev: {classes: [web, api, packages, sources]}
        assign:
          - {any: true, profile: dev}
        """
            .formatted(classes.toArray()));
  }

  private static String words(PolicyDiff diff) {
    return String.join("\n", DiffReport.lines(diff))
        + "\n"
        + diff.before().source()
        + "\n"
        + diff.after().source();
  }

  private static Change.Kind kind(Outcome was, Outcome is) {
    if (was == is) {
      return Change.Kind.UNCHANGED;
    }
    return switch (is) {
      case ALLOW -> Change.Kind.OPENED;
      case ASK -> was == Outcome.ALLOW ? Change.Kind.CLOSED : Change.Kind.ASKED;
      case DENY -> was == Outcome.ALLOW ? Change.Kind.CLOSED : Change.Kind.REFUSED;
    };
  }

  /// What the comparison says of a request; what only goes otherwise counts as unchanged.
  private static Change.Kind said(
      PolicyDiff diff, Destination destination, RequestSight request, Standing standing) {
    Optional<Change.Kind> own = said(diff, standing, destination, request);
    if (own.isEmpty() && standing.before().equals(standing.after())) {
      own = said(diff, ofProfile(standing), destination, request);
    }
    return own.filter(kind -> kind != Change.Kind.OTHERWISE).orElse(Change.Kind.UNCHANGED);
  }

  private static Standing ofProfile(Standing standing) {
    return new Standing(
        standing.before(),
        standing.after(),
        Collections.emptySortedSet(),
        Collections.emptySortedSet());
  }

  private static Optional<Change.Kind> said(
      PolicyDiff diff, Standing standing, Destination destination, RequestSight request) {
    List<Change.Kind> said = new ArrayList<>();
    for (PolicyDiff.View view : diff.views()) {
      if (view.standing().equals(standing)) {
        for (PolicyDiff.Group group : view.groups()) {
          group.regions().stream()
              .filter(region -> region.contains(destination, request))
              .forEach(region -> said.add(group.change().kind()));
        }
      }
    }
    assertTrue(
        said.size() <= 1, () -> "told twice: " + destination + " " + request + "\n" + words(diff));
    return said.stream().findFirst();
  }

  /// What becomes of a request by all the steps of a gate: a tunnel hides it, and a literal is held
  /// against the address guard.
  private static Outcome outcome(
      Policy policy, ClientIdentity client, Destination destination, RequestSight request) {
    if (destination.scheme() == Scheme.HTTPS) {
      Decision connect = policy.decide(client, destination, AT);
      if (connect.outcome() != Outcome.ALLOW || connect.treatment() == Treatment.TUNNEL) {
        return guarded(connect, destination);
      }
    }
    return guarded(policy.decide(client, destination, Optional.of(request), AT), destination);
  }

  private static Outcome guarded(Decision decision, Destination destination) {
    return decision
        .permit()
        .filter(permit -> destination.host() instanceof Host.Literal)
        .filter(
            permit ->
                !AddressRule.permitted(
                    ((Host.Literal) destination.host()).address(),
                    permit.resolvesTo(),
                    permit.hosts()))
        .map(permit -> Outcome.DENY)
        .orElse(decision.outcome());
  }

  private static List<Destination> destinations() throws MalformedHostException {
    List<Destination> all = new ArrayList<>();
    for (String host : HOSTS) {
      for (Scheme scheme : Scheme.values()) {
        all.add(new Destination(scheme, Host.parse(host), scheme.defaultPort()));
        all.add(new Destination(scheme, Host.parse(host), 8443));
      }
    }
    return all;
  }

  private static List<RequestSight> requests() {
    List<RequestSight> all = new ArrayList<>();
    for (String method : METHODS) {
      for (String target : TARGETS) {
        for (Map<String, List<String>> headers : HEADERS) {
          all.add(RequestSight.of(method, target, headers));
        }
      }
    }
    return all;
  }

  private ClientIdentity client() {
    Proof proof =
        pick(
            new Proof.Token("ci-1"),
            new Proof.Token("ci-2"),
            new Proof.Token("me"),
            new Proof.OwnListener(),
            new Proof.Nothing());
    boolean proven = !(proof instanceof Proof.Nothing);
    return new ClientIdentity(
        proof,
        InetAddress.ofLiteral(pick("10.1.2.3", "10.2.0.1", "192.0.2.1")),
        pick("main", "side"),
        proven ? pick(Map.of(), Map.of("repo", "acme/shop"), Map.of("repo", "acme/x")) : Map.of(),
        pick(Map.of(), Map.of("tier", "low")));
  }

  /// A policy that loads; drafts with rules that hide one another are thrown away.
  private Policy generated() {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        return PolicyLoader.load("policy.yaml", draft());
      } catch (LoadException hidden) {
        // Another one.
      }
    }
    throw new AssertionError("no draft loads");
  }

  private String draft() {
    return """
    sallyport: 1
    name: acme
    classes:
      one: {intercept: true, %s allow: [%s]}
      two: {intercept: true, allow: [%s]}
      tunnel: {allow: [%s]}
    deny: [%s]
    profiles:
      dev: {classes: [one, two, tunnel] %s}
      ci: {like: dev, without: [two]}
      low: {classes: [one]}
    assign:
      - {any: true, claimed: {tier: low}, profile: low}
      %s
      - {any: true, profile: dev}
      - {anonymous: true, listener: side, profile: low}
    %s
    """
        .formatted(
            pick("", "", "methods: [GET, HEAD],"),
            some(4, this::entry),
            some(3, this::entry),
            pick("other.example", "{domain: tunnel.example}", ""),
            some(2, this::denied),
            pick(
                "",
                "",
                ", unknown: ask",
                ", unknown: ask",
                ", mode: report, owner: me, until: 2027-01-01T00:00:00Z"),
            pick(
                "- {token: \"ci-*\", profile: ci}",
                "- {token: ci-1, profile: ci}",
                "- {proven: {repo: \"acme/*\"}, profile: ci}",
                "- {any: true, address: 10.1.0.0/16, profile: ci}"),
            exceptions());
  }

  private String exceptions() {
    String all = "";
    for (String id : List.of("E1", "E2")) {
      all +=
          pick("", "  - {id: %s, class: %s, allow: %s, for: %s, %s}\n")
              .formatted(
                  id,
                  pick("one", "two"),
                  entry(),
                  id.equals("E1")
                      ? pick("{token: \"ci-*\"}", "{token: \"ci-*\", address: 10.0.0.0/8}")
                      : "{proven: {repo: acme/shop}}",
                  "reason: r, owner: o, expires: "
                      + pick("2026-12-01T00:00:00Z", "2026-11-01T00:00:00Z"));
    }
    return all.isEmpty() ? "" : "exceptions:\n" + all;
  }

  private String some(int most, Supplier<String> rule) {
    return String.join(
        ", ", Stream.generate(rule).limit(random.nextInt(most + 1)).distinct().toList());
  }

  private String host() {
    return pick(
        "host: a.test",
        "host: b.a.test",
        "subdomains-of: a.test, public-suffix: true",
        "domain: a.test, public-suffix: true",
        "host: git.test",
        "address: 8.8.8.0/24",
        "any: true, accept-risk: a test");
  }

  private String entry() {
    return switch (random.nextInt(10)) {
      case 0 ->
          "{git: git.test, "
              + pick(
                  "fetch: any",
                  "fetch: [o/r]",
                  "fetch: [o/*], push: [o/r]",
                  "fetch: any, push: [\"*/*\"]")
              + "}";
      case 1 -> "{mcp: \"https://a.test/mcp" + pick("", "?t=1") + "\"}";
      default -> "{" + host() + scheme() + terms() + pick("", ", encoded-slash: allow") + "}";
    };
  }

  private String scheme() {
    return pick("", "", ", scheme: any", ", ports: [443, 8443]");
  }

  private String terms() {
    String terms = pick("", ", methods: [GET]", ", methods: [GET, POST]", ", methods: [DELETE]");
    terms +=
        pick(
            "",
            ", paths: [/x]",
            ", paths: [/x/**]",
            ", paths: [\"/*\"]",
            ", paths: [\"/*/y\", /q/**]",
            ", paths: [/x/y/z, /x/]",
            ", paths: [\"/x/*/z\"]",
            ", paths: [/**]",
            ", paths: [/o/**]");
    return terms
        + pick("", "", ", query: {v: \"1\"}", ", query: {v: [\"1\", \"2\"], w: a b}")
        + pick("", "", ", headers: {accept: text/html}");
  }

  private String denied() {
    String host = pick("host: a.test", "domain: a.test", "host: git.test", "subdomains-of: a.test");
    return "{" + host + pick("", terms()) + "}";
  }

  @SafeVarargs
  private <T> T pick(T... from) {
    return from[random.nextInt(from.length)];
  }
}
