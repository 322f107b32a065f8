package dev.sallyport.rules.check;

import dev.sallyport.rules.DenyRule;
import dev.sallyport.rules.Entry;
import dev.sallyport.rules.HostOverlaps;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.PolicySource;
import dev.sallyport.rules.Ports;
import dev.sallyport.rules.SchemeRule;
import dev.sallyport.rules.catalog.SharedHosts;
import dev.sallyport.rules.catalog.SharedHosts.SharedHost;
import dev.sallyport.rules.load.PublicSuffixes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Finds entries that take in hosts where anybody can leave data: what gets there has left, and
/// what lies there can be anybody's instructions.
final class SharedHostWarnings {
  private final HostOverlaps<SharedHost> shared =
      HostOverlaps.of(SharedHosts.builtIn(), SharedHost::pattern);
  private final HostOverlaps<DenyRule> deny;

  private SharedHostWarnings(List<DenyRule> rules) {
    List<DenyRule> whole =
        rules.stream()
            .filter(rule -> rule.requests().isEmpty() && rule.scheme() == SchemeRule.ANY)
            .filter(rule -> rule.ports() instanceof Ports.All)
            .toList();
    deny = HostOverlaps.of(whole, DenyRule::hosts);
  }

  /// One warning for each such entry. Entries that look at paths can tell one tenant from another;
  /// those of a catalogue are needed as they are; whole suffixes and `any` are warned of already.
  static List<Warning> in(PolicySource policy) {
    SharedHostWarnings warnings = new SharedHostWarnings(policy.deny());
    List<Warning> found = new ArrayList<>();
    for (PolicySource.ClassSource from : policy.classes()) {
      for (Entry entry : from.allow()) {
        if (entry.catalog().isEmpty()
            && !(entry.hosts() instanceof HostPattern.Any)
            && !entry.requests().lookAtPath()
            && !isWholeSuffix(entry.hosts())) {
          warnings.judge(entry, found);
        }
      }
    }
    return found;
  }

  /// Whether everything below a public suffix is meant.
  static boolean isWholeSuffix(HostPattern hosts) {
    return switch (hosts) {
      case HostPattern.Below(var name) -> PublicSuffixes.ofThisMachine().contain(name);
      case HostPattern.Domain(var name) -> PublicSuffixes.ofThisMachine().contain(name);
      case HostPattern.Exact _, HostPattern.Addresses _, HostPattern.Any _ -> false;
    };
  }

  private void judge(Entry entry, List<Warning> found) {
    Set<SharedHost> taken = shared.overlapping(entry.hosts());
    List<SharedHost> open = taken.stream().filter(host -> !isDenied(host)).toList();
    if (!open.isEmpty()) {
      SharedHost first = open.getFirst();
      String more = open.size() == 1 ? "" : ", and to " + (open.size() - 1) + " more";
      found.add(
          new Warning(
              entry.rule().place(),
              "`"
                  + RuleText.of(entry.hosts())
                  + "` leads to a shared host, `"
                  + RuleText.of(first.pattern())
                  + "` ("
                  + first.kind()
                  + ")"
                  + more
                  + ": anybody can leave data there; narrow it by `paths`, or deny it"));
    }
  }

  private boolean isDenied(SharedHost host) {
    return deny.overlapping(host.pattern()).stream()
        .anyMatch(rule -> HostOverlaps.covers(rule.hosts(), host.pattern()));
  }
}
