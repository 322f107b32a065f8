package dev.sallyport.rules.check;

import dev.sallyport.rules.DenyRule;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Entry;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.PolicySource;
import dev.sallyport.rules.Ports;
import dev.sallyport.rules.Scheme;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.function.BiConsumer;

/// The finite partition of all destinations that the rules of some policies induce.
final class Cut {
  private final HostCells hosts;
  private final PortCells ports = new PortCells();

  /// The cut that every rule of these policies makes.
  Cut(List<PolicySource> policies) {
    List<HostPattern> patterns = new ArrayList<>();
    BiConsumer<HostPattern, Ports> rule =
        (pattern, listed) -> {
          patterns.add(pattern);
          ports.add(pattern, listed);
        };
    for (PolicySource policy : policies) {
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
  }

  /// The cells of hosts.
  HostCells hosts() {
    return hosts;
  }

  /// One destination for each port that must be told apart, and last one for all other ports.
  List<Destination> destinations(Host host, Scheme scheme) {
    SortedSet<Integer> listed = ports.listed(host);
    List<Destination> all = new ArrayList<>(listed.size() + 1);
    listed.forEach(port -> all.add(new Destination(scheme, host, port)));
    all.add(new Destination(scheme, host, PortCells.other(listed)));
    return all;
  }
}
