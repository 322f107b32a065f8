package dev.sallyport.deploy;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/// A cluster's network that enforces its NetworkPolicies, as their reference says: a pod that a
/// policy selects for a direction reaches, or is reached by, only what one of its policies names; a
/// pod that none selects is free. A flow passes when both ends let it.
///
/// @param policies of all namespaces
record Network(List<Tree> policies) {
  /// One end of a flow.
  ///
  /// @param namespace empty for what is no pod: the outside, nodes, the metadata service
  record End(String namespace, Map<String, String> labels, String address) {
    boolean isPod() {
      return !namespace.isEmpty();
    }
  }

  /// Whether a new connection from one to the other passes.
  boolean passes(End from, End to, String protocol, int port) {
    return permits("Egress", from, to, protocol, port)
        && permits("Ingress", to, from, protocol, port);
  }

  private boolean permits(String direction, End pod, End peer, String protocol, int port) {
    List<Tree> selecting =
        policies.stream()
            .filter(policy -> selects(policy, pod))
            .filter(policy -> isFor(policy, direction))
            .toList();
    boolean ingress = direction.equals("Ingress");
    return selecting.isEmpty()
        || selecting.stream()
            .flatMap(policy -> policy.at("spec", ingress ? "ingress" : "egress").items().stream())
            .anyMatch(
                rule ->
                    port(rule.at("ports"), protocol, port)
                        && peer(rule.at(ingress ? "from" : "to"), peer));
  }

  private static boolean selects(Tree policy, End pod) {
    return pod.isPod()
        && policy.at("metadata", "namespace").text().equals(pod.namespace)
        && labels(policy.at("spec", "podSelector"), pod.labels);
  }

  private static boolean isFor(Tree policy, String direction) {
    return policy.at("spec", "policyTypes").items().stream()
        .anyMatch(type -> type.text().equals(direction));
  }

  /// No ports, or no peers, means all of them.
  private static boolean port(Tree ports, String protocol, int port) {
    return ports.items().isEmpty()
        || ports.items().stream()
            .anyMatch(
                each ->
                    each.at("protocol").text().equals(protocol)
                        && each.at("port").text().equals(String.valueOf(port)));
  }

  private static boolean peer(Tree peers, End end) {
    return peers.items().isEmpty()
        || peers.items().stream()
            .anyMatch(
                peer -> peer.at("ipBlock").isThere() ? block(peer, end) : selector(peer, end));
  }

  private static boolean selector(Tree peer, End end) {
    return end.isPod()
        && labels(
            peer.at("namespaceSelector"), Map.of("kubernetes.io/metadata.name", end.namespace))
        && labels(peer.at("podSelector"), end.labels);
  }

  private static boolean labels(Tree selector, Map<String, String> labels) {
    if (selector.at("matchExpressions").isThere()) {
      throw new AssertionError("matchExpressions are not worked out here");
    }
    return selector.at("matchLabels").entries().entrySet().stream()
        .allMatch(want -> want.getValue().text().equals(labels.get(want.getKey())));
  }

  private static boolean block(Tree peer, End end) {
    return within(peer.at("ipBlock", "cidr").text(), end.address)
        && peer.at("ipBlock", "except").items().stream()
            .noneMatch(except -> within(except.text(), end.address));
  }

  private static boolean within(String cidr, String address) {
    String[] parts = cidr.split("/", 2);
    byte[] network = InetAddress.ofLiteral(parts[0]).getAddress();
    byte[] host = InetAddress.ofLiteral(address).getAddress();
    if (network.length != host.length) {
      return false;
    }
    int rest = network.length * 8 - Integer.parseInt(parts[1]);
    return new BigInteger(1, network)
        .shiftRight(rest)
        .equals(new BigInteger(1, host).shiftRight(rest));
  }
}
