package dev.sallyport.rules;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// Builds policies in code. Every rule gets a line of its own and an id `rule-LINE`.
public final class TestPolicy {
  /// The time at which tests decide.
  public static final Instant AT = Instant.parse("2026-11-21T12:00:00Z");

  private static final String FILE = "policy.yaml";

  private final List<PolicySource.ClassSource> classes = new ArrayList<>();
  private final List<DenyRule> deny = new ArrayList<>();
  private final List<Profile> profiles = new ArrayList<>();
  private final List<Assignment> assign = new ArrayList<>();
  private final List<ExpectedDecision> tests = new ArrayList<>();
  private String name = "acme";
  private int line;

  /// An empty policy.
  public static TestPolicy policy() {
    return new TestPolicy();
  }

  /// The policy's name.
  public TestPolicy named(String name) {
    this.name = name;
    return this;
  }

  /// Goes down some lines, as a comment would.
  public TestPolicy comment(int lines) {
    line += lines;
    return this;
  }

  /// Adds a class that tunnels.
  public TestPolicy trafficClass(String name, Allow... entries) {
    return trafficClass(name, Treatment.TUNNEL, entries);
  }

  /// Adds a class.
  public TestPolicy trafficClass(String name, Treatment treatment, Allow... entries) {
    Place place = next();
    List<Entry> allow = new ArrayList<>();
    for (Allow entry : entries) {
      allow.add(entry.entry(ref()));
    }
    classes.add(new PolicySource.ClassSource(new TrafficClass(name), treatment, allow, place));
    return this;
  }

  /// Adds a deny rule for every scheme and port.
  public TestPolicy deny(HostPattern hosts) {
    return deny(hosts, SchemeRule.ANY, new Ports.All());
  }

  /// Adds a deny rule.
  public TestPolicy deny(HostPattern hosts, SchemeRule scheme, Ports ports) {
    deny.add(new DenyRule(ref(), hosts, scheme, ports, "not here"));
    return this;
  }

  /// Adds a profile.
  public TestPolicy profile(String name, String... classes) {
    profiles.add(
        new Profile(name, List.of(classes).stream().map(TrafficClass::new).toList(), next()));
    return this;
  }

  /// Adds a line of `assign`.
  public TestPolicy assign(String profile, Assignment.Condition... all) {
    assign.add(new Assignment(List.of(all), profile, ref()));
    return this;
  }

  /// Adds an expected decision for a profile.
  public TestPolicy expect(
      Outcome outcome,
      String url,
      String profile,
      Optional<String> trafficClass,
      Optional<Reason> reason) {
    return expect(
        outcome, url, new ExpectedDecision.Who.WithProfile(profile), trafficClass, reason);
  }

  /// Adds an expected decision.
  public TestPolicy expect(
      Outcome outcome,
      String url,
      ExpectedDecision.Who who,
      Optional<String> trafficClass,
      Optional<Reason> reason) {
    tests.add(
        new ExpectedDecision(
            outcome,
            to(url),
            Optional.of(RequestSight.of("GET", "/")),
            who,
            trafficClass.map(TrafficClass::new),
            reason,
            next(),
            outcome.code() + " " + url));
    return this;
  }

  /// The policy as read.
  public PolicySource source() {
    return new PolicySource(
        name,
        Map.of("security", "secops"),
        Optional.of("#egress"),
        Optional.empty(),
        classes,
        deny,
        profiles,
        assign,
        new Place(FILE, 1, 1),
        tests);
  }

  /// The policy, indexed.
  public Policy build() {
    return Policy.of(source());
  }

  private Place next() {
    return new Place(FILE, ++line, 1);
  }

  private RuleRef ref() {
    Place place = next();
    return new RuleRef("rule-" + place.line(), place);
  }

  /// Exactly this name.
  public static HostPattern host(String name) {
    return new HostPattern.Exact(name(name));
  }

  /// Every name below this one.
  public static HostPattern below(String name) {
    return new HostPattern.Below(name(name));
  }

  /// Both.
  public static HostPattern domain(String name) {
    return new HostPattern.Domain(name(name));
  }

  /// Every literal in a range.
  public static HostPattern address(String cidr) {
    return new HostPattern.Addresses(Cidr.of(cidr));
  }

  /// Everything.
  public static HostPattern any() {
    return new HostPattern.Any();
  }

  /// These ports.
  public static Ports ports(Integer... ports) {
    return new Ports.Listed(new TreeSet<>(List.of(ports)));
  }

  /// A destination from `scheme://host[:port]`, the host as it stands in an authority.
  public static Destination to(String url) {
    Scheme scheme = url.startsWith("http://") ? Scheme.HTTP : Scheme.HTTPS;
    String authority = url.substring(url.indexOf("://") + 3);
    int colon = authority.lastIndexOf(':');
    boolean hasPort = colon > authority.lastIndexOf(']');
    String host = hasPort ? authority.substring(0, colon) : authority;
    int port = hasPort ? Integer.parseInt(authority.substring(colon + 1)) : scheme.defaultPort();
    try {
      return new Destination(scheme, Host.parse(host), port);
    } catch (MalformedHostException wrong) {
      throw new IllegalArgumentException(url, wrong);
    }
  }

  /// A name.
  public static Host.Name name(String text) {
    try {
      return (Host.Name) Host.parse(text);
    } catch (MalformedHostException wrong) {
      throw new IllegalArgumentException(text, wrong);
    }
  }

  /// A client without credentials.
  public static ClientIdentity anonymous(String address) {
    return client(new ClientIdentity.Proof.Nothing(), address, "main");
  }

  /// A client with a token.
  public static ClientIdentity token(String name) {
    return client(new ClientIdentity.Proof.Token(name), "192.0.2.7", "main");
  }

  /// A client of `sallyport run`.
  public static ClientIdentity ownClient() {
    return client(new ClientIdentity.Proof.OwnListener(), "127.0.0.1", "run");
  }

  /// A client.
  public static ClientIdentity client(ClientIdentity.Proof proof, String address, String listener) {
    return new ClientIdentity(proof, Cidr.of(address).network(), listener, Map.of(), Map.of());
  }

  /// An entry for https on its own port, for public addresses.
  public static Allow allow(HostPattern hosts) {
    return new Allow(
        hosts,
        SchemeRule.HTTPS,
        new Ports.Default(),
        List.of(),
        TunnelRule.STRICT,
        Optional.empty(),
        Optional.empty());
  }

  /// An entry in the making; each method gives a changed copy.
  public record Allow(
      HostPattern hosts,
      SchemeRule scheme,
      Ports ports,
      List<Cidr> resolvesTo,
      TunnelRule tunnel,
      Optional<String> catalog,
      Optional<String> acceptRisk) {

    /// For this scheme.
    public Allow scheme(SchemeRule other) {
      return new Allow(hosts, other, ports, resolvesTo, tunnel, catalog, acceptRisk);
    }

    /// For these ports.
    public Allow ports(Ports other) {
      return new Allow(hosts, scheme, other, resolvesTo, tunnel, catalog, acceptRisk);
    }

    /// Leading into these ranges.
    public Allow resolvesTo(String... cidrs) {
      List<Cidr> ranges = List.of(cidrs).stream().map(Cidr::of).toList();
      return new Allow(hosts, scheme, ports, ranges, tunnel, catalog, acceptRisk);
    }

    /// With this opening of a tunnel.
    public Allow opening(TunnelRule.Opening opening) {
      return new Allow(
          hosts, scheme, ports, resolvesTo, new TunnelRule(opening, false), catalog, acceptRisk);
    }

    /// From a catalogue.
    public Allow catalog(String part) {
      return new Allow(hosts, scheme, ports, resolvesTo, tunnel, Optional.of(part), acceptRisk);
    }

    /// With an accepted risk.
    public Allow acceptRisk(String who) {
      return new Allow(hosts, scheme, ports, resolvesTo, tunnel, catalog, Optional.of(who));
    }

    Entry entry(RuleRef ref) {
      return new Entry(ref, hosts, scheme, ports, resolvesTo, tunnel, catalog, acceptRisk);
    }
  }
}
