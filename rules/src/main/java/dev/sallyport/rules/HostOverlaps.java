package dev.sallyport.rules;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// Finds the rules that share a host with a pattern. The cost grows with the labels of names and
/// with what is found; only address ranges are held against one another each.
public final class HostOverlaps<T> {
  private final List<T> all;
  private final Function<T, HostPattern> hosts;
  private final Map<String, List<T>> at = new HashMap<>();
  private final Map<String, List<T>> under = new HashMap<>();
  private final List<T> any = new ArrayList<>();
  private final List<T> addresses = new ArrayList<>();

  private HostOverlaps(List<T> all, Function<T, HostPattern> hosts) {
    this.all = all;
    this.hosts = hosts;
  }

  /// Indexes rules.
  public static <T> HostOverlaps<T> of(List<T> rules, Function<T, HostPattern> hosts) {
    HostOverlaps<T> index = new HostOverlaps<>(rules, hosts);
    rules.forEach(index::add);
    return index;
  }

  private void add(T rule) {
    switch (hosts.apply(rule)) {
      case HostPattern.Any() -> any.add(rule);
      case HostPattern.Addresses(var range) -> addresses.add(rule);
      case HostPattern.Exact(var name) -> add(name, rule);
      case HostPattern.Below(var name) -> add(name, rule);
      case HostPattern.Domain(var name) -> add(name, rule);
    }
  }

  private void add(Host.Name name, T rule) {
    at.computeIfAbsent(name.text(), key -> new ArrayList<>(1)).add(rule);
    for (String parent = above(name.text()); !parent.isEmpty(); parent = above(parent)) {
      under.computeIfAbsent(parent, key -> new ArrayList<>(1)).add(rule);
    }
  }

  /// The rules that stand for some host that the pattern stands for, too.
  public Set<T> overlapping(HostPattern pattern) {
    Set<T> found = new LinkedHashSet<>();
    switch (pattern) {
      case HostPattern.Any() -> found.addAll(all);
      case HostPattern.Addresses(var range) -> {
        found.addAll(any);
        addresses.stream().filter(rule -> overlap(pattern, hosts.apply(rule))).forEach(found::add);
      }
      case HostPattern.Exact(var name) -> named(name, pattern, found);
      case HostPattern.Below(var name) -> named(name, pattern, found);
      case HostPattern.Domain(var name) -> named(name, pattern, found);
    }
    return found;
  }

  private void named(Host.Name name, HostPattern pattern, Set<T> found) {
    found.addAll(any);
    for (String at = name.text(); !at.isEmpty(); at = above(at)) {
      keep(this.at.getOrDefault(at, List.of()), pattern, found);
    }
    keep(under.getOrDefault(name.text(), List.of()), pattern, found);
  }

  private void keep(List<T> candidates, HostPattern pattern, Set<T> found) {
    for (T rule : candidates) {
      if (overlap(pattern, hosts.apply(rule))) {
        found.add(rule);
      }
    }
  }

  private static String above(String name) {
    int dot = name.indexOf('.');
    return dot < 0 ? "" : name.substring(dot + 1);
  }

  /// Whether some host is meant by both. Of two patterns that share a host one holds the other.
  public static boolean overlap(HostPattern one, HostPattern other) {
    return covers(one, other) || covers(other, one);
  }

  /// Whether the first stands for every host that the second stands for.
  public static boolean covers(HostPattern first, HostPattern second) {
    return switch (first) {
      case HostPattern.Any() -> true;
      case HostPattern.Addresses(var range) ->
          second instanceof HostPattern.Addresses(var inner) && range.contains(inner);
      case HostPattern.Exact(var name) ->
          second instanceof HostPattern.Exact(var other) && other.equals(name);
      case HostPattern.Below(var name) ->
          switch (second) {
            case HostPattern.Exact(var other) -> isBelow(other, name);
            case HostPattern.Below(var other) -> other.equals(name) || isBelow(other, name);
            case HostPattern.Domain(var other) -> isBelow(other, name);
            case HostPattern.Addresses _, HostPattern.Any _ -> false;
          };
      case HostPattern.Domain(var name) ->
          switch (second) {
            case HostPattern.Exact(var other) -> other.equals(name) || isBelow(other, name);
            case HostPattern.Below(var other) -> other.equals(name) || isBelow(other, name);
            case HostPattern.Domain(var other) -> other.equals(name) || isBelow(other, name);
            case HostPattern.Addresses _, HostPattern.Any _ -> false;
          };
    };
  }

  private static boolean isBelow(Host.Name name, Host.Name parent) {
    return name.text().endsWith("." + parent.text());
  }
}
