package dev.sallyport.proxy.intercept;

import dev.sallyport.mitm.authority.Permitted;
import dev.sallyport.rules.Addresses;
import dev.sallyport.rules.Cidr;
import dev.sallyport.rules.Entry;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.PolicySource;
import dev.sallyport.rules.Treatment;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/// What a policy intercepts, and so what the authority's intercepting issuer may sign for. Pure.
public final class InterceptedHosts {
  private InterceptedHosts() {}

  /// Whether it intercepts anything.
  public static boolean any(Policy policy) {
    return sources(policy)
        .flatMap(source -> source.classes().stream())
        .anyMatch(from -> from.allow().stream().anyMatch(entry -> isIntercepted(from, entry)));
  }

  /// The least that the issuer must be permitted.
  ///
  /// @throws IllegalArgumentException when it is more than one issuer can be held to; its message
  ///   is for the policy's author
  public static Permitted of(Policy policy) {
    Set<String> hosts = new HashSet<>();
    for (PolicySource source : sources(policy).toList()) {
      for (PolicySource.ClassSource from : source.classes()) {
        for (Entry entry : from.allow()) {
          if (isIntercepted(from, entry) && !add(entry.hosts(), hosts)) {
            return new Permitted.Anything();
          }
        }
      }
    }
    return Permitted.hosts(hosts);
  }

  /// Of two policies the stricter treatment counts, whichever of them wants it.
  private static Stream<PolicySource> sources(Policy policy) {
    return Stream.concat(Stream.of(policy.source()), policy.above().stream());
  }

  private static boolean isIntercepted(PolicySource.ClassSource from, Entry entry) {
    return from.treatment(entry) == Treatment.INTERCEPT;
  }

  /// False where no list of names and literals says it.
  private static boolean add(HostPattern pattern, Set<String> hosts) {
    switch (pattern) {
      case HostPattern.Exact(var name) -> hosts.add(name.text());
      case HostPattern.Below(var name) -> hosts.add(name.text());
      case HostPattern.Domain(var name) -> hosts.add(name.text());
      case HostPattern.Addresses(Cidr range) -> {
        if (range.prefix() < range.network().getAddress().length * Byte.SIZE) {
          return false;
        }
        hosts.add(Addresses.text(range.network()));
      }
      case HostPattern.Any any -> {
        return false;
      }
    }
    return true;
  }
}
