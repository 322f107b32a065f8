package dev.sallyport.proxy.dial;

import dev.sallyport.rules.Addresses;
import dev.sallyport.rules.Cidr;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Entry;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.IdentityMethod;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.Permit;
import dev.sallyport.rules.Place;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.PolicySource;
import dev.sallyport.rules.Ports;
import dev.sallyport.rules.Profile;
import dev.sallyport.rules.RuleRef;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.SchemeRule;
import dev.sallyport.rules.TrafficClass;
import dev.sallyport.rules.Treatment;
import dev.sallyport.rules.TunnelRule;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Permits of small policies, since only a decision makes one.
final class Permits {
  private static final Place PLACE = new Place("test.yaml", 1, 1);
  private static final TrafficClass CLASS = new TrafficClass("test");

  private Permits() {}

  /// For https, by an entry that names this host alone.
  static Permit https(String host, int port, String... resolvesTo) {
    return of(Scheme.HTTPS, host, port, exact(host), resolvesTo);
  }

  /// For http, by an entry that names this host alone.
  static Permit http(String host, int port, String... resolvesTo) {
    return of(Scheme.HTTP, host, port, exact(host), resolvesTo);
  }

  /// For https, by an entry with `address: range`.
  static Permit literal(String host, int port, String range) {
    return of(Scheme.HTTPS, host, port, new HostPattern.Addresses(Cidr.of(range)));
  }

  static Permit of(Scheme scheme, String host, int port, HostPattern hosts, String... resolvesTo) {
    Entry entry =
        new Entry(
            new RuleRef("entry", PLACE),
            hosts,
            SchemeRule.ANY,
            new Ports.All(),
            Stream.of(resolvesTo).map(Cidr::of).toList(),
            TunnelRule.STRICT,
            Optional.empty(),
            Optional.empty());
    PolicySource source =
        new PolicySource(
            "test",
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            List.of(new PolicySource.ClassSource(CLASS, Treatment.TUNNEL, List.of(entry), PLACE)),
            List.of(),
            List.of(new Profile("all", List.of(CLASS), PLACE)),
            List.of(),
            PLACE,
            List.of());
    Destination to = new Destination(scheme, host(host), port);
    return Policy.of(source)
        .decide("all", IdentityMethod.NONE, to, Instant.now())
        .permit()
        .orElseThrow(() -> new AssertionError("the policy does not permit " + to));
  }

  static Host host(String text) {
    try {
      return Host.parse(text);
    } catch (MalformedHostException wrong) {
      throw new AssertionError(text, wrong);
    }
  }

  static Host.Name name(String text) {
    return (Host.Name) host(text);
  }

  static InetAddress address(String text) {
    try {
      return Addresses.parse(text);
    } catch (MalformedHostException wrong) {
      throw new AssertionError(text, wrong);
    }
  }

  private static HostPattern exact(String host) {
    return switch (host(host)) {
      case Host.Name name -> new HostPattern.Exact(name);
      case Host.Literal literal -> new HostPattern.Any();
    };
  }
}
