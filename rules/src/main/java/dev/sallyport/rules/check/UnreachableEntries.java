package dev.sallyport.rules.check;

import dev.sallyport.rules.Entry;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.PolicySource;
import dev.sallyport.rules.Ports;
import dev.sallyport.rules.Scheme;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds entries that never decide, because an earlier one of the same class matches whatever they
/// match. The cost grows with the labels of the names; only address ranges are held against one
/// another each.
final class UnreachableEntries {
  private final Map<String, List<Entry>> byName = new HashMap<>();
  private final List<Entry> addresses = new ArrayList<>();
  private final List<Entry> any = new ArrayList<>();

  private UnreachableEntries() {}

  /// One warning for each unreachable entry of a class. What a catalogue brought in may be there
  /// twice: its author cannot leave hosts out.
  static List<Warning> in(PolicySource.ClassSource from) {
    UnreachableEntries earlier = new UnreachableEntries();
    List<Warning> found = new ArrayList<>();
    for (Entry entry : from.allow()) {
      Optional<Entry> covering =
          entry.catalog().isPresent() ? Optional.empty() : earlier.covering(entry);
      covering.ifPresent(
          first ->
              found.add(
                  new Warning(
                      entry.rule().place(),
                      "this entry never decides: `"
                          + RuleText.of(first.hosts())
                          + "` at "
                          + first.rule().place().fileAndLine()
                          + " comes first and matches all of it")));
      earlier.add(entry);
    }
    return found;
  }

  private Optional<Entry> covering(Entry entry) {
    return candidates(entry.hosts()).stream().filter(first -> covers(first, entry)).findFirst();
  }

  /// The earlier entries that could stand for all of these hosts.
  private List<Entry> candidates(HostPattern hosts) {
    List<Entry> candidates = new ArrayList<>(any);
    switch (hosts) {
      case HostPattern.Exact(var name) -> named(name, candidates);
      case HostPattern.Below(var name) -> named(name, candidates);
      case HostPattern.Domain(var name) -> named(name, candidates);
      case HostPattern.Addresses(var range) -> candidates.addAll(addresses);
      case HostPattern.Any() -> {}
    }
    return candidates;
  }

  private void named(Host.Name name, List<Entry> candidates) {
    String rest = name.text();
    while (true) {
      candidates.addAll(byName.getOrDefault(rest, List.of()));
      int dot = rest.indexOf('.');
      if (dot < 0) {
        return;
      }
      rest = rest.substring(dot + 1);
    }
  }

  private void add(Entry entry) {
    switch (entry.hosts()) {
      case HostPattern.Exact(var name) -> list(name).add(entry);
      case HostPattern.Below(var name) -> list(name).add(entry);
      case HostPattern.Domain(var name) -> list(name).add(entry);
      case HostPattern.Addresses(var range) -> addresses.add(entry);
      case HostPattern.Any() -> any.add(entry);
    }
  }

  private List<Entry> list(Host.Name name) {
    return byName.computeIfAbsent(name.text(), key -> new ArrayList<>(1));
  }

  private static boolean covers(Entry first, Entry second) {
    // An exception ends, and conditions leave something over unless both have the same.
    boolean lasting = first.exception().isEmpty();
    boolean asWide = first.requests().isEmpty() || first.requests().equals(second.requests());
    if (!lasting || !asWide || !covers(first.hosts(), second.hosts())) {
      return false;
    }
    for (Scheme scheme : Scheme.values()) {
      boolean covered =
          !second.scheme().matches(scheme)
              || (first.scheme().matches(scheme) && covers(first.ports(), second.ports(), scheme));
      if (!covered) {
        return false;
      }
    }
    return true;
  }

  /// Whether the first stands for every host that the second stands for. Candidates are of the same
  /// name or of one above.
  private static boolean covers(HostPattern first, HostPattern second) {
    return switch (first) {
      case HostPattern.Any() -> true;
      case HostPattern.Addresses(var range) ->
          second instanceof HostPattern.Addresses(var inner) && range.contains(inner);
      case HostPattern.Domain(var name) -> true;
      case HostPattern.Exact(var name) ->
          second instanceof HostPattern.Exact(var other) && other.equals(name);
      case HostPattern.Below(var name) ->
          switch (second) {
            case HostPattern.Exact(var other) -> !other.equals(name);
            case HostPattern.Below(var other) -> true;
            case HostPattern.Domain(var other) -> !other.equals(name);
            case HostPattern.Addresses(var range) -> false;
            case HostPattern.Any() -> false;
          };
    };
  }

  private static boolean covers(Ports first, Ports second, Scheme scheme) {
    return switch (second) {
      case Ports.All() -> first instanceof Ports.All;
      case Ports.Default() -> first.matches(scheme, scheme.defaultPort());
      case Ports.Listed(var ports) -> ports.stream().allMatch(port -> first.matches(scheme, port));
    };
  }
}
