package dev.sallyport.rules.check;

import dev.sallyport.rules.Scheme;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// A set of ports: some, or all but some.
///
/// @param ports those in the set, or where `others` holds, those that are not
/// @param others whether the ports that are not listed are in the set
public record PortSet(SortedSet<Integer> ports, boolean others) {
  public PortSet {
    ports = Collections.unmodifiableSortedSet(new TreeSet<>(ports));
  }

  boolean contains(int port) {
    return ports.contains(port) != others;
  }

  /// No port at all.
  boolean isEmpty() {
    return !others && ports.isEmpty();
  }

  /// Behind a host of this scheme: nothing for the scheme's own port, else ` port 8443`, ` ports 1,
  /// 2`, ` every port`, ` every port but 443`.
  String text(Scheme scheme) {
    String list = ports.stream().map(String::valueOf).collect(Collectors.joining(", "));
    if (others) {
      return ports.isEmpty() ? " every port" : " every port but " + list;
    }
    if (ports.size() == 1) {
      return ports.first() == scheme.defaultPort() ? "" : " port " + list;
    }
    return " ports " + list;
  }
}
