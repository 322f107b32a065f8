package dev.sallyport.rules.check;

import dev.sallyport.rules.Entry;
import dev.sallyport.rules.HostOverlaps;
import dev.sallyport.rules.PolicySource;
import dev.sallyport.rules.PolicySource.ClassSource;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.TrafficClass;
import dev.sallyport.rules.Treatment;
import java.util.ArrayList;
import java.util.List;

/// Finds tunnels that are intercepted all the same, because another entry for the same host says so
/// and the strictest treatment counts.
final class TreatmentOverlaps {
  private record Placed(Entry entry, TrafficClass in) {}

  private TreatmentOverlaps() {}

  /// One warning for each such tunnel.
  static List<Warning> in(PolicySource policy) {
    List<Placed> tunnels = new ArrayList<>();
    List<Placed> intercepted = new ArrayList<>();
    for (ClassSource from : policy.classes()) {
      for (Entry entry : from.allow()) {
        if (entry.scheme().matches(Scheme.HTTPS)) {
          boolean tunnel = from.treatment(entry) == Treatment.TUNNEL;
          (tunnel ? tunnels : intercepted).add(new Placed(entry, from.name()));
        }
      }
    }
    ClassOrder order = new ClassOrder(policy.profiles());
    HostOverlaps<Placed> index = HostOverlaps.of(intercepted, placed -> placed.entry.hosts());
    List<Warning> found = new ArrayList<>();
    for (Placed tunnel : tunnels) {
      index.overlapping(tunnel.entry.hosts()).stream()
          .filter(other -> tunnel.entry.ports().meets(other.entry.ports(), Scheme.HTTPS))
          .filter(other -> order.meet(tunnel.in, other.in))
          .findFirst()
          .ifPresent(other -> found.add(warning(tunnel.entry, other.entry)));
    }
    return found.stream().distinct().toList();
  }

  private static Warning warning(Entry tunnel, Entry other) {
    return new Warning(
        tunnel.rule().place(),
        "this tunnel is intercepted all the same: `"
            + RuleText.of(other.hosts())
            + "` at "
            + other.rule().place().fileAndLine()
            + " intercepts the same host, and the strictest treatment counts");
  }
}
