package dev.sallyport.rules.check;

import dev.sallyport.rules.DenyRule;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Entry;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.HostRules;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.PolicySource;
import dev.sallyport.rules.Ports;
import dev.sallyport.rules.Profile;
import dev.sallyport.rules.RequestRules;
import dev.sallyport.rules.Scheme;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/// The finite partition of all destinations, and of all requests there, that the rules of two
/// policies induce.
final class Cut {
  private final Policy before;
  private final Policy after;
  private final HostCells hosts;
  private final PortCells ports = new PortCells();
  private final boolean reporting;
  private final Map<HostCells.Cell, Sides> sides = new HashMap<>();
  private final Map<Destination, Optional<RequestCells>> requests = new HashMap<>();
  private final Map<Set<RequestRules>, RequestCells> known = new HashMap<>();

  /// The rules of both policies for a cell of hosts.
  private record Sides(HostRules before, HostRules after) {}

  /// The cut that every rule of these policies makes.
  Cut(Policy before, Policy after) {
    this.before = before;
    this.after = after;
    List<HostPattern> patterns = new ArrayList<>();
    BiConsumer<HostPattern, Ports> rule =
        (pattern, listed) -> {
          patterns.add(pattern);
          ports.add(pattern, listed);
        };
    for (PolicySource policy : List.of(before.source(), after.source())) {
      for (PolicySource.ClassSource from : policy.classes()) {
        for (Entry entry : from.allow()) {
          rule.accept(entry.hosts(), entry.ports());
        }
      }
      for (DenyRule denied : policy.deny()) {
        rule.accept(denied.hosts(), denied.ports());
      }
    }
    this.hosts = HostCells.of(patterns);
    this.reporting = isReporting(before.source()) || isReporting(after.source());
  }

  private static boolean isReporting(PolicySource policy) {
    return Stream.of(
            Stream.of(policy.report()),
            policy.profiles().stream().map(Profile::report),
            policy.classes().stream().map(PolicySource.ClassSource::report))
        .flatMap(all -> all)
        .anyMatch(Optional::isPresent);
  }

  /// The cells of hosts.
  HostCells hosts() {
    return hosts;
  }

  /// Whether both policies have the same rules for a cell of hosts.
  boolean isAlike(HostCells.Cell cell) {
    Sides both = sides(cell);
    return both.before.areLike(both.after);
  }

  /// One destination for each port that must be told apart, and last one for all other ports.
  List<Destination> destinations(Host host, Scheme scheme) {
    SortedSet<Integer> listed = ports.listed(host);
    List<Destination> all = new ArrayList<>(listed.size() + 1);
    listed.forEach(port -> all.add(new Destination(scheme, host, port)));
    all.add(new Destination(scheme, host, PortCells.other(listed)));
    return all;
  }

  /// How requests to a destination of a cell must be told apart; empty where nothing asks for it.
  Optional<RequestCells> requests(HostCells.Cell cell, Destination destination) {
    return requests.computeIfAbsent(destination, key -> cut(sides(cell), key));
  }

  private Optional<RequestCells> cut(Sides both, Destination destination) {
    Set<RequestRules> asked =
        new LinkedHashSet<>(both.before.requests(destination.scheme(), destination.port()));
    asked.addAll(both.after.requests(destination.scheme(), destination.port()));
    return asked.stream().allMatch(RequestRules::isEmpty)
        ? Optional.empty()
        : Optional.of(
            known.computeIfAbsent(asked, rules -> RequestCells.of(rules, slashes(rules))));
  }

  /// Encoded slashes must be told apart where a rule agrees to them or spells one, where a rule
  /// does not look at the path, and where what is refused is let through all the same.
  private Set<PathArea.Slash> slashes(Set<RequestRules> rules) {
    return reporting || rules.stream().anyMatch(Cut::isOpenToSlashes)
        ? EnumSet.allOf(PathArea.Slash.class)
        : EnumSet.of(PathArea.Slash.PLAIN);
  }

  private static boolean isOpenToSlashes(RequestRules rules) {
    return rules.encodedSlash() || !rules.lookAtPath() || rules.toString().indexOf('%') >= 0;
  }

  private Sides sides(HostCells.Cell cell) {
    return sides.computeIfAbsent(
        cell, key -> new Sides(before.rulesFor(key.host()), after.rulesFor(key.host())));
  }
}
