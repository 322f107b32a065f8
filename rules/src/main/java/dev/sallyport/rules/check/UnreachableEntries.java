package dev.sallyport.rules.check;

import dev.sallyport.rules.DenyRule;
import dev.sallyport.rules.Entry;
import dev.sallyport.rules.HostOverlaps;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.PolicySource;
import dev.sallyport.rules.PolicySource.ClassSource;
import dev.sallyport.rules.Ports;
import dev.sallyport.rules.RuleRef;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.SchemeRule;
import dev.sallyport.rules.TrafficClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Finds entries that never decide, because an earlier entry matches or a deny rule forbids
/// whatever they match, and conditions that refuse nothing, because another entry allows all the
/// same. The cost grows with the labels of the names; only address ranges are held against one
/// another each.
final class UnreachableEntries {
  private final ClassOrder order;
  private final List<Placed> all = new ArrayList<>();
  private final HostOverlaps<Placed> entries;
  private final HostOverlaps<DenyRule> deny;

  /// An entry with its class and its place in the order of all.
  private record Placed(Entry entry, TrafficClass in, int number) {}

  private UnreachableEntries(PolicySource policy) {
    order = new ClassOrder(policy.profiles());
    for (ClassSource from : policy.classes()) {
      from.allow().forEach(entry -> all.add(new Placed(entry, from.name(), all.size())));
    }
    entries = HostOverlaps.of(all, placed -> placed.entry.hosts());
    deny = HostOverlaps.of(policy.deny(), DenyRule::hosts);
  }

  /// One warning for each such entry. What a catalogue brought in may be there twice: its author
  /// cannot leave hosts out.
  static List<Warning> in(PolicySource policy) {
    UnreachableEntries found = new UnreachableEntries(policy);
    return found.all.stream()
        .filter(placed -> placed.entry.catalog().isEmpty())
        .flatMap(placed -> found.judge(placed).stream())
        .toList();
  }

  private Optional<Warning> judge(Placed placed) {
    Entry entry = placed.entry;
    Optional<DenyRule> denied =
        deny.overlapping(entry.hosts()).stream()
            .filter(rule -> rule.requests().isEmpty())
            .filter(rule -> covers(rule.hosts(), rule.scheme(), rule.ports(), entry))
            .findFirst();
    if (denied.isPresent()) {
      return warning(
          placed,
          "this entry never allows: `deny: {"
              + RuleText.of(denied.get().hosts())
              + "}` at "
              + denied.get().rule().place().fileAndLine()
              + " forbids all of it");
    }
    Optional<Placed> first = covering(placed, other -> comesFirst(other, placed));
    if (first.isPresent()) {
      return warning(
          placed, "this entry never decides: " + at(first.get()) + " comes first and matches all");
    }
    if (entry.requests().isEmpty()) {
      return Optional.empty();
    }
    return covering(placed, other -> allowsAnything(other, placed))
        .flatMap(
            other ->
                warning(
                    placed, "what these conditions refuse, " + at(other) + " allows all the same"));
  }

  private Optional<Placed> covering(Placed placed, Predicate<Placed> which) {
    return entries.overlapping(placed.entry.hosts()).stream()
        // An exception ends, and what it hides then decides.
        .filter(other -> other.number != placed.number && other.entry.exception().isEmpty())
        .filter(which)
        .filter(other -> asWide(other.entry, placed.entry))
        .findFirst();
  }

  private boolean comesFirst(Placed first, Placed second) {
    return first.in.equals(second.in)
        ? first.number < second.number
        : order.isAlwaysBefore(first.in, second.in);
  }

  private boolean allowsAnything(Placed other, Placed placed) {
    return other.entry.requests().isEmpty() && order.meet(other.in, placed.in);
  }

  private static boolean asWide(Entry first, Entry second) {
    return (first.requests().isEmpty() || first.requests().equals(second.requests()))
        && covers(first.hosts(), first.scheme(), first.ports(), second);
  }

  private static boolean covers(HostPattern hosts, SchemeRule schemes, Ports ports, Entry entry) {
    if (!HostOverlaps.covers(hosts, entry.hosts())) {
      return false;
    }
    for (Scheme scheme : Scheme.values()) {
      boolean covered =
          !entry.scheme().matches(scheme)
              || (schemes.matches(scheme) && ports.covers(entry.ports(), scheme));
      if (!covered) {
        return false;
      }
    }
    return true;
  }

  private static String at(Placed other) {
    RuleRef rule = other.entry.rule();
    return "`" + RuleText.of(other.entry.hosts()) + "` at " + rule.place().fileAndLine();
  }

  private static Optional<Warning> warning(Placed placed, String text) {
    return Optional.of(new Warning(placed.entry.rule().place(), text));
  }
}
