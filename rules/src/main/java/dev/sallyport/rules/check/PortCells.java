package dev.sallyport.rules.check;

import dev.sallyport.rules.Host;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.Ports;
import dev.sallyport.rules.Scheme;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/// Which ports must be told apart for a host: those that some rule about it lists, the two default
/// ones, and one that stands for all others.
final class PortCells {
  private final Map<String, SortedSet<Integer>> byName = new HashMap<>();
  private final SortedSet<Integer> addresses = new TreeSet<>();
  private final SortedSet<Integer> any = new TreeSet<>();

  /// Takes note of the ports of a rule.
  void add(HostPattern hosts, Ports ports) {
    if (ports instanceof Ports.Listed(var listed)) {
      switch (hosts) {
        case HostPattern.Exact(var name) -> named(name).addAll(listed);
        case HostPattern.Below(var name) -> named(name).addAll(listed);
        case HostPattern.Domain(var name) -> named(name).addAll(listed);
        case HostPattern.Addresses(var range) -> addresses.addAll(listed);
        case HostPattern.Any() -> any.addAll(listed);
      }
    }
  }

  /// The ports to be told apart.
  SortedSet<Integer> listed(Host host) {
    SortedSet<Integer> ports = new TreeSet<>(any);
    for (Scheme scheme : Scheme.values()) {
      ports.add(scheme.defaultPort());
    }
    switch (host) {
      case Host.Literal _ -> ports.addAll(addresses);
      case Host.Name name -> {
        String rest = name.text();
        while (!rest.isEmpty()) {
          SortedSet<Integer> found = byName.get(rest);
          if (found != null) {
            ports.addAll(found);
          }
          int dot = rest.indexOf('.');
          rest = dot < 0 ? "" : rest.substring(dot + 1);
        }
      }
    }
    return ports;
  }

  /// A port that is none of these, and stands for every such port.
  static int other(SortedSet<Integer> listed) {
    int port = 1;
    while (listed.contains(port)) {
      port++;
    }
    return port;
  }

  private SortedSet<Integer> named(Host.Name name) {
    return byName.computeIfAbsent(name.text(), key -> new TreeSet<>());
  }
}
