package dev.sallyport.deploy;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What the NetworkPolicies let through, flow by flow.
class NetworkTest {
  private static final Map<String, String> GATE_LABELS =
      Map.of(
          "app.kubernetes.io/name", "sallyport",
          "app.kubernetes.io/instance", "sallyport",
          "app.kubernetes.io/component", "gate");

  private static final Map<String, Network.End> ENDS =
      Map.ofEntries(
          pod("agent", "agents", Map.of("app", "claude"), "10.1.1.1"),
          pod("neighbour", "agents", Map.of("app", "other"), "10.1.1.2"),
          pod(
              "sidecar",
              "agents",
              Map.of(
                  "app.kubernetes.io/name", "sallyport",
                  "app.kubernetes.io/instance", "sallyport",
                  "app.kubernetes.io/component", "agent"),
              "10.1.1.3"),
          pod("gate", "sallyport", GATE_LABELS, "10.1.2.1"),
          // Labels alone do not make a gate: the namespace counts.
          pod("impostor", "elsewhere", GATE_LABELS, "10.1.4.1"),
          pod("stranger", "elsewhere", Map.of("app", "shop"), "10.1.4.2"),
          pod(
              "prometheus",
              "monitoring",
              Map.of("app.kubernetes.io/name", "prometheus"),
              "10.1.3.1"),
          pod("dns", "kube-system", Map.of("k8s-app", "kube-dns"), "10.1.0.2"),
          pod("kube-proxy", "kube-system", Map.of("k8s-app", "kube-proxy"), "10.1.0.3"),
          outside("outside", "93.184.216.34"),
          outside("outside6", "2606:2800:220:1::1"),
          outside("metadata", "169.254.169.254"),
          outside("metadata6", "fd00:ec2::254"),
          outside("node", "192.168.10.4"),
          outside("api", "10.96.0.1"),
          outside("private", "172.20.0.9"),
          outside("shared-space", "100.64.0.10"),
          outside("mapped", "::ffff:0:a01:101"),
          outside("nat64", "64:ff9b::a01:101"),
          outside("node6", "fd12::4"),
          outside("link6", "fe80::1"));

  /// from to protocol port: what must pass.
  private static final List<String> PASS =
      List.of(
          "agent gate TCP 3128",
          "neighbour gate TCP 3128",
          "gate outside TCP 443",
          "gate outside TCP 80",
          "gate outside6 TCP 443",
          "gate dns UDP 53",
          "gate dns TCP 53",
          "prometheus gate TCP 9328",
          // Those whom nobody closed are free, or the test could not fail.
          "stranger outside TCP 443",
          "stranger dns UDP 53",
          "prometheus stranger TCP 80");

  /// What must not.
  private static final List<String> STOP =
      List.of(
          "agent gate TCP 9328",
          "agent gate UDP 3128",
          "agent gate TCP 22",
          "agent impostor TCP 3128",
          "agent dns UDP 53",
          "agent dns TCP 53",
          "agent dns TCP 853",
          "agent outside TCP 443",
          "agent outside TCP 80",
          "agent outside TCP 22",
          "agent outside UDP 443",
          "agent outside UDP 53",
          "agent outside6 TCP 443",
          "agent outside6 UDP 53",
          "agent neighbour TCP 80",
          "neighbour agent TCP 80",
          "agent stranger TCP 80",
          "stranger agent TCP 80",
          "prometheus agent TCP 9090",
          "agent prometheus TCP 9090",
          "agent metadata TCP 80",
          "agent metadata6 TCP 80",
          "agent node TCP 10250",
          "agent api TCP 443",
          "agent node6 TCP 10250",
          "stranger gate TCP 3128",
          "stranger gate TCP 9328",
          "impostor gate TCP 3128",
          "prometheus gate TCP 3128",
          "outside gate TCP 3128",
          "node gate TCP 3128",
          "gate agent TCP 80",
          "gate stranger TCP 443",
          "gate gate TCP 3128",
          "gate kube-proxy UDP 53",
          "gate metadata TCP 80",
          "gate metadata6 TCP 80",
          "gate node TCP 443",
          "gate node6 TCP 443",
          "gate api TCP 443",
          "gate private TCP 443",
          "gate shared-space TCP 443",
          "gate mapped TCP 443",
          "gate nat64 TCP 443",
          "gate link6 TCP 443",
          "gate outside TCP 22",
          "gate outside UDP 443",
          "gate outside UDP 53");

  private static Map.Entry<String, Network.End> pod(
      String name, String namespace, Map<String, String> labels, String address) {
    return Map.entry(name, new Network.End(namespace, labels, address));
  }

  private static Map.Entry<String, Network.End> outside(String name, String address) {
    return Map.entry(name, new Network.End("", Map.of(), address));
  }

  private static Network of(String rendered, String namespace) {
    List<Tree> policies = new ArrayList<>();
    for (Tree object : Tree.documents(rendered)) {
      if (object.at("kind").text().equals("NetworkPolicy")) {
        policies.add(object.at("metadata", "namespace").isThere() ? object : in(object, namespace));
      }
    }
    return new Network(policies);
  }

  /// An object without a namespace goes where it is applied.
  private static Tree in(Tree object, String namespace) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("name", object.at("metadata", "name").text());
    metadata.put("namespace", namespace);
    return new Tree(
        Map.of("metadata", metadata, "spec", requireNonNull(object.at("spec").value())));
  }

  private static boolean passes(Network network, String flow) {
    String[] parts = flow.split(" ", 4);
    Network.End from = requireNonNull(ENDS.get(parts[0]), parts[0]);
    Network.End to = requireNonNull(ENDS.get(parts[1]), parts[1]);
    return network.passes(from, to, parts[2], Integer.parseInt(parts[3]));
  }

  private static void table(
      List<DynamicTest> tests, String title, Network network, List<String> flows, boolean pass) {
    for (String flow : flows) {
      tests.add(
          DynamicTest.dynamicTest(
              title + ": " + flow + (pass ? " passes" : " does not"),
              () -> assertEquals(pass, passes(network, flow))));
    }
  }

  @TestFactory
  List<DynamicTest> aSharedGate() {
    List<DynamicTest> tests = new ArrayList<>();
    Network chart = of(Rendered.chart("shared"), "sallyport");
    Network manifests = of(Rendered.overlay("shared"), "");
    table(tests, "chart", chart, PASS, true);
    table(tests, "chart", chart, STOP, false);
    table(tests, "manifests", manifests, PASS, true);
    table(tests, "manifests", manifests, STOP, false);
    return tests;
  }

  @TestFactory
  List<DynamicTest> aSidecarBehindASharedGate() {
    List<DynamicTest> tests = new ArrayList<>();
    for (String rendered : List.of(Rendered.chart("sidecar-parent"), Rendered.overlay("sidecar"))) {
      Network network = of(rendered, "agents");
      table(
          tests,
          "sidecar",
          network,
          List.of("sidecar gate TCP 3128", "prometheus sidecar TCP 9328"),
          true);
      table(
          tests,
          "sidecar",
          network,
          List.of(
              "sidecar outside TCP 443",
              "sidecar outside6 TCP 443",
              "sidecar dns UDP 53",
              "sidecar metadata TCP 80",
              "sidecar neighbour TCP 80",
              "sidecar impostor TCP 3128",
              "sidecar gate TCP 9328",
              "neighbour sidecar TCP 3128",
              "neighbour sidecar TCP 9328"),
          false);
    }
    return tests;
  }

  @TestFactory
  List<DynamicTest> aSidecarThatGoesOutItself() {
    List<DynamicTest> tests = new ArrayList<>();
    Network network = of(Rendered.chart("sidecar-nftables"), "agents");
    table(
        tests, "sidecar", network, List.of("sidecar outside TCP 443", "sidecar dns UDP 53"), true);
    table(
        tests,
        "sidecar",
        network,
        List.of("sidecar metadata TCP 80", "sidecar node TCP 443", "sidecar neighbour TCP 80"),
        false);
    return tests;
  }

  @Test
  void whatTheValuesAllowIsReachedAndNothingBesides() {
    Network network = of(Rendered.chart("full"), "sallyport");
    Network.End gate = requireNonNull(ENDS.get("gate"));
    Network.End inside = new Network.End("", Map.of(), "10.1.2.3");
    Network.End balancer = new Network.End("", Map.of(), "198.51.100.7");
    assertTrue(network.passes(gate, inside, "TCP", 8443));
    assertFalse(network.passes(gate, inside, "TCP", 22));
    assertFalse(passes(network, "gate outside TCP 80"));
    assertTrue(network.passes(balancer, gate, "TCP", 3128));
    assertFalse(network.passes(balancer, gate, "TCP", 9328));
    for (Network.End agent :
        List.of(
            new Network.End("team-a", Map.of(), "10.1.5.1"),
            new Network.End("team-b", Map.of("role", "agent"), "10.1.5.2"))) {
      assertTrue(network.passes(agent, gate, "TCP", 3128));
      assertFalse(network.passes(agent, inside, "TCP", 443));
    }
    // A pod that is no agent is neither closed nor served.
    Network.End other = new Network.End("team-b", Map.of("role", "web"), "10.1.5.3");
    assertTrue(network.passes(other, inside, "TCP", 443));
    assertFalse(network.passes(other, gate, "TCP", 3128));
  }

  /// Without the policies the same flows pass.
  @Test
  void withoutThePoliciesEverythingPasses() {
    Network none = new Network(List.of());
    STOP.forEach(flow -> assertTrue(passes(none, flow), flow));
  }
}
