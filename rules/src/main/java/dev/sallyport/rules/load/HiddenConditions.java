package dev.sallyport.rules.load;

import dev.sallyport.rules.DenyRule;
import dev.sallyport.rules.Entry;
import dev.sallyport.rules.HostOverlaps;
import dev.sallyport.rules.Interception;
import dev.sallyport.rules.PolicySource.ClassSource;
import dev.sallyport.rules.Profile;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.TrafficClass;
import dev.sallyport.rules.Treatment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Finds conditions on requests that another rule for the same host makes worthless: a tunnel
/// allows every request, so what the conditions refuse would go through it all the same.
final class HiddenConditions {
  private final List<Profile> profiles;
  private final Problems problems;
  private final Map<List<TrafficClass>, Boolean> met = new HashMap<>();
  private final Set<List<Object>> reported = new HashSet<>();

  private HiddenConditions(List<Profile> profiles, Problems problems) {
    this.profiles = profiles;
    this.problems = problems;
  }

  /// Reports every pair of rules of which one hides the other's conditions.
  static void check(
      List<ClassSource> classes, List<Profile> profiles, List<DenyRule> deny, Problems problems) {
    HiddenConditions check = new HiddenConditions(profiles, problems);
    List<Placed> tunnels = new ArrayList<>();
    List<Placed> seen = new ArrayList<>();
    for (ClassSource from : classes) {
      for (Entry entry : from.allow()) {
        if (entry.scheme().matches(Scheme.HTTPS)) {
          boolean tunnel = from.treatment(entry) == Treatment.TUNNEL;
          (tunnel ? tunnels : seen).add(new Placed(entry, from.name()));
        }
      }
    }
    check.entries(tunnels, seen);
    check.deny(tunnels, deny);
  }

  private record Placed(Entry entry, TrafficClass in) {}

  private void entries(List<Placed> tunnels, List<Placed> seen) {
    if (seen.isEmpty()) {
      return;
    }
    HostOverlaps<Placed> index = HostOverlaps.of(seen, placed -> placed.entry.hosts());
    for (Placed tunnel : tunnels) {
      for (Placed other : index.overlapping(tunnel.entry.hosts())) {
        boolean never = tunnel.entry.interception() == Interception.NEVER;
        if ((never || other.entry.looksAtRequests())
            && tunnel.entry.ports().meets(other.entry.ports(), Scheme.HTTPS)
            && meet(tunnel.in, other.in)) {
          report(tunnel.entry, other.entry);
        }
      }
    }
  }

  private void deny(List<Placed> tunnels, List<DenyRule> deny) {
    HostOverlaps<Placed> index = HostOverlaps.of(tunnels, placed -> placed.entry.hosts());
    for (DenyRule rule : deny) {
      if (rule.requests().isEmpty() || !rule.scheme().matches(Scheme.HTTPS)) {
        continue;
      }
      for (Placed tunnel : index.overlapping(rule.hosts())) {
        if (tunnel.entry.ports().meets(rule.ports(), Scheme.HTTPS)
            && reported.add(List.of(rule.rule().place(), tunnel.entry.rule().place()))) {
          problems.add(
              rule.rule().place(),
              "the tunnel at "
                  + tunnel.entry.rule().place().fileAndLine()
                  + " hides the requests that this rule denies",
              "write `intercept: true` in class " + Problem.quote(tunnel.in.name()));
        }
      }
    }
  }

  private void report(Entry tunnel, Entry other) {
    if (!reported.add(List.of(tunnel.rule().place(), other.rule().place()))) {
      return;
    }
    String at = other.rule().place().fileAndLine();
    if (tunnel.interception() == Interception.NEVER) {
      problems.add(
          tunnel.rule().place(),
          "`intercept: never` makes this a tunnel, and the entry at "
              + at
              + " intercepts the same host",
          "take the host out of one of them");
    } else {
      problems.add(
          tunnel.rule().place(),
          "this tunnel hides the conditions of the entry at " + at + " for the same host",
          "write `intercept: true` in its class, or take the host out of one of them");
    }
  }

  /// Whether some client can use both classes.
  private boolean meet(TrafficClass one, TrafficClass other) {
    return met.computeIfAbsent(
        List.of(one, other),
        pair -> profiles.stream().anyMatch(profile -> profile.classes().containsAll(pair)));
  }
}
