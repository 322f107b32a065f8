package dev.sallyport.rules;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/// Finds what stands for a host by a walk over its labels from the right. The cost grows with the
/// labels of the name, not with the number of rules. Immutable once built.
final class HostIndex<T> {
  private final Node<T> root = new Node<>();
  private final List<T> any = new ArrayList<>(0);
  private final Map<RangeKey, List<T>> ranges = new HashMap<>();
  private int[] prefixes = new int[0];

  /// Builds an index in the order of the list.
  static <T> HostIndex<T> of(List<T> rules, Function<T, HostPattern> hosts) {
    HostIndex<T> index = new HostIndex<>();
    for (T rule : rules) {
      index.add(hosts.apply(rule), rule);
    }
    index.prefixes =
        index.ranges.keySet().stream().mapToInt(RangeKey::prefix).distinct().sorted().toArray();
    return index;
  }

  /// Hands over every rule that stands for the host, in no particular order.
  void visit(Host host, Consumer<? super T> visitor) {
    any.forEach(visitor);
    switch (host) {
      case Host.Name name -> visitName(name, visitor);
      case Host.Literal literal -> visitLiteral(literal.address(), visitor);
    }
  }

  private void visitName(Host.Name name, Consumer<? super T> visitor) {
    List<String> labels = name.labels();
    Node<T> node = root;
    for (int i = labels.size() - 1; i >= 0; i--) {
      Node<T> next = node.children.get(labels.get(i));
      if (next == null) {
        return;
      }
      node = next;
      if (i > 0) {
        node.below.forEach(visitor);
      }
    }
    node.exact.forEach(visitor);
  }

  private void visitLiteral(InetAddress address, Consumer<? super T> visitor) {
    if (prefixes.length == 0) {
      return;
    }
    byte[] octets = address.getAddress();
    for (int prefix : prefixes) {
      if (prefix <= octets.length * 8) {
        List<T> found = ranges.get(new RangeKey(Cidr.masked(octets, prefix), prefix));
        if (found != null) {
          found.forEach(visitor);
        }
      }
    }
  }

  private void add(HostPattern pattern, T rule) {
    switch (pattern) {
      case HostPattern.Exact(Host.Name name) -> node(name).exact.add(rule);
      case HostPattern.Below(Host.Name name) -> node(name).below.add(rule);
      case HostPattern.Domain(Host.Name name) -> {
        node(name).exact.add(rule);
        node(name).below.add(rule);
      }
      case HostPattern.Addresses(Cidr range) ->
          ranges
              .computeIfAbsent(
                  new RangeKey(range.network().getAddress(), range.prefix()),
                  key -> new ArrayList<>(1))
              .add(rule);
      case HostPattern.Any() -> any.add(rule);
    }
  }

  private Node<T> node(Host.Name name) {
    Node<T> node = root;
    for (String label : name.labels().reversed()) {
      node = node.children.computeIfAbsent(label, key -> new Node<>());
    }
    return node;
  }

  private static final class Node<T> {
    final Map<String, Node<T>> children = new HashMap<>(2);
    final List<T> exact = new ArrayList<>(0);
    final List<T> below = new ArrayList<>(0);
  }

  private static final class RangeKey {
    private final byte[] network;
    private final int prefix;

    RangeKey(byte[] network, int prefix) {
      this.network = network;
      this.prefix = prefix;
    }

    int prefix() {
      return prefix;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof RangeKey key
          && key.prefix == prefix
          && Arrays.equals(key.network, network);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(network) + prefix;
    }
  }
}
