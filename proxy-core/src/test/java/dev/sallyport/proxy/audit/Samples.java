package dev.sallyport.proxy.audit;

import dev.sallyport.proxy.stage.Accepted;
import dev.sallyport.proxy.stage.Entrance;
import dev.sallyport.proxy.stage.HelloFacts;
import dev.sallyport.proxy.stage.RequestFacts;
import dev.sallyport.proxy.stage.Side;
import dev.sallyport.rules.Addresses;
import dev.sallyport.rules.Assignment;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Entry;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.IdentityMethod;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.Place;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.PolicySource;
import dev.sallyport.rules.Ports;
import dev.sallyport.rules.Profile;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.RuleRef;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.SchemeRule;
import dev.sallyport.rules.TrafficClass;
import dev.sallyport.rules.Treatment;
import dev.sallyport.rules.TunnelRule;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Events to write, read and print.
final class Samples {
  static final Instant AT = Instant.parse("2026-11-21T03:46:00.123456789Z");
  static final String CONNECTION = "01KAHQ0000000000000000CCCC";
  static final String REQUEST = "01KAHQ0000000000000000RRRR";
  static final TrafficClass MODEL = new TrafficClass("model");
  static final Policy POLICY = policy();

  private Samples() {}

  static AuditEvent.Decided allowed() {
    return decided("api.example.com", 443);
  }

  static AuditEvent.Decided refused() {
    return decided("evil.example", 443);
  }

  static AuditEvent.Decided decided(String host, int port) {
    Decision decision = POLICY.decide(client(), destination(host, port), Instant.now());
    OptionalInt status = decision.permit().isPresent() ? OptionalInt.empty() : OptionalInt.of(403);
    return new AuditEvent.Decided(AT, subject(destination(host, port)), decision, status);
  }

  /// A decision on a plain request with this path and these words of the client.
  static AuditEvent.Decided plain(String path, String userAgent) {
    Destination to = new Destination(Scheme.HTTP, host("www.example.org"), 80);
    return new AuditEvent.Decided(
        AT,
        new Subject(
            connection(),
            Optional.of(REQUEST),
            Optional.of(client()),
            Optional.of(Entrance.ABSOLUTE_FORM),
            Optional.of(to),
            Optional.of(new RequestFacts("GET", path, 12, Optional.of(userAgent))),
            Optional.empty()),
        POLICY.decide(client(), to, Instant.now()),
        OptionalInt.of(403));
  }

  static AuditEvent.Decided malformed() {
    return new AuditEvent.Decided(
        AT,
        Subject.of(connection(), REQUEST),
        Decision.refused(Reason.MALFORMED, POLICY.stamp(), IdentityMethod.NONE),
        OptionalInt.of(400));
  }

  static AuditEvent.Closed closed() {
    return closed(1500, 34_000);
  }

  static AuditEvent.Closed closed(long sent, long received) {
    Destination to = destination("api.example.com", 443);
    HelloFacts hello =
        new HelloFacts(Optional.of("api.example.com"), List.of("h2", "http/1.1"), false);
    return new AuditEvent.Closed(
        AT.plusSeconds(2),
        subject(to).with(hello),
        POLICY.decide(client(), to, Instant.now()),
        Optional.of("direct"),
        Optional.of(new InetSocketAddress(address("192.0.2.7"), 443)),
        sent,
        received,
        Duration.ofMillis(2100),
        Reason.DONE,
        Side.CLIENT,
        OptionalInt.of(200));
  }

  static AuditEvent.Administrative administrative(AuditEvent.Kind kind) {
    return new AuditEvent.Administrative(AT, kind, Map.of("sallyport.version", "0.1.0"));
  }

  /// Three refusals that were counted together.
  static AuditEvent.Administrative repeated() {
    RepeatedRefusals refusals =
        new RepeatedRefusals(CountedClient.of(client()), refused().subject(), AT);
    for (int i = 0; i < 3; i++) {
      var _ =
          refusals.count(
              refused().subject(),
              refused().decision(),
              AT.plusMillis(i),
              ImmediateEventExecutor.INSTANCE);
    }
    return new AuditEvent.Administrative(
        AT.plusSeconds(1), AuditEvent.Kind.REPEATED, refusals.details());
  }

  /// One event of every sort.
  static List<AuditEvent> all() {
    return List.of(
        allowed(),
        refused(),
        plain("/a/b", "curl/8"),
        malformed(),
        closed(),
        administrative(AuditEvent.Kind.START),
        administrative(AuditEvent.Kind.STOP),
        administrative(AuditEvent.Kind.POLICY_LOADED),
        administrative(AuditEvent.Kind.POLICY_REJECTED),
        repeated(),
        Gap.tornLine(AT, new EventSink.SetAside(17, "sallyport.jsonl.torn-1")),
        Gap.changedLine(AT, new ChainHead(4, Seal.NO_HASH)),
        Gap.shortfall(AT, new Shortfall.Counts(3, 0, 1), Optional.empty()),
        Gap.shortfall(AT, new Shortfall.Counts(3, 0, 1), Optional.of(new Outage(AT, "full"))));
  }

  static Subject subject(Destination to) {
    return new Subject(
        connection(),
        Optional.of(REQUEST),
        Optional.of(client()),
        Optional.of(Entrance.CONNECT),
        Optional.of(to),
        Optional.of(new RequestFacts("CONNECT", "", -1, Optional.of("agent/1"))),
        Optional.empty());
  }

  static Accepted connection() {
    return new Accepted(
        CONNECTION, new InetSocketAddress(address("198.51.100.9"), 40_000), "main", false, AT);
  }

  static ClientIdentity client() {
    return new ClientIdentity(
        new ClientIdentity.Proof.Token("ci-7"),
        address("198.51.100.9"),
        "main",
        Map.of("repository", "acme/shop", "branch", "main"),
        Map.of("job", "build"));
  }

  static Destination destination(String host, int port) {
    return new Destination(Scheme.HTTPS, host(host), port);
  }

  static InetAddress address(String text) {
    try {
      return Addresses.parse(text);
    } catch (MalformedHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Host host(String text) {
    try {
      return Host.parse(text);
    } catch (MalformedHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Policy policy() {
    Place place = new Place("policy.yaml", 12, 5);
    Entry entry =
        new Entry(
            new RuleRef("model-1", place),
            new HostPattern.Exact((Host.Name) host("api.example.com")),
            SchemeRule.HTTPS,
            new Ports.Default(),
            List.of(),
            TunnelRule.STRICT,
            Optional.empty(),
            Optional.empty());
    return Policy.of(
        new PolicySource(
            "acme-agents",
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            List.of(new PolicySource.ClassSource(MODEL, Treatment.TUNNEL, List.of(entry), place)),
            List.of(),
            List.of(new Profile("developer", List.of(MODEL), place)),
            List.of(
                new Assignment(
                    List.of(new Assignment.Condition.Proven()),
                    "developer",
                    new RuleRef("assign-1", place))),
            place,
            List.of()));
  }
}
