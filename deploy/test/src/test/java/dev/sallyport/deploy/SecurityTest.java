package dev.sallyport.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a pod of ours may do, and that chart and manifests say the same of it.
class SecurityTest {
  /// Written by Helm alone.
  private static final List<String> HELMS_OWN =
      List.of(
          "helm.sh/chart",
          "app.kubernetes.io/managed-by",
          "app.kubernetes.io/version",
          "annotations",
          "namespace");

  private static List<Tree> pods(String from) {
    return Rendered.all().getOrDefault(from, List.of()).stream()
        .filter(object -> object.at("kind").text().equals("Deployment"))
        .map(object -> object.at("spec", "template", "spec"))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "chart-shared",
    "chart-full",
    "chart-sidecar-parent",
    "kustomize-shared",
    "kustomize-sidecar"
  })
  void podsAreRestricted(String from) {
    assertFalse(pods(from).isEmpty());
    pods(from).forEach(pod -> assertEquals(List.of(), Restricted.problems(pod)));
  }

  /// The one thing that no restricted pod can do, and nothing besides.
  @Test
  void onlyTheContainerThatClosesIsNotRestricted() {
    assertEquals(
        List.of("close: is root", "close: may be root", "close: adds NET_ADMIN"),
        Restricted.problems(pods("chart-sidecar-nftables").getFirst()));
  }

  @Test
  void theCheckCanFail() {
    Tree pod =
        Tree.documents(
                """
                hostNetwork: true
                volumes: [{name: x, hostPath: {path: /}}]
                containers: [{name: c, securityContext: {privileged: true, capabilities: {add: [SYS_ADMIN]}}}]
                """)
            .getFirst();
    assertEquals(
        List.of(
            "a token is mounted",
            "hostNetwork",
            "the pod may be root",
            "no seccomp profile",
            "a volume of kind hostPath",
            "c: privileged",
            "c: may gain rights",
            "c: root can be written",
            "c: keeps capabilities",
            "c: adds SYS_ADMIN"),
        Restricted.problems(pod));
  }

  @Test
  void agentAndGateAreDifferentUsers() {
    for (String from : List.of("chart-sidecar-parent", "chart-sidecar-nftables")) {
      Tree pod = pods(from).getFirst();
      String gate = pod.at("securityContext", "runAsUser").text();
      Tree agent =
          Restricted.containers(pod)
              .filter(container -> container.at("name").text().equals("agent"))
              .findFirst()
              .orElseThrow();
      assertEquals("65532", gate);
      assertEquals("10001", agent.at("securityContext", "runAsUser").text());
      for (Tree mount : agent.at("volumeMounts").items()) {
        assertTrue(
            List.of("workspace", "agent-tmp").contains(mount.at("name").text()), mount::toString);
      }
    }
  }

  @Test
  void whatStopsAGateWaitsForTheDrain() {
    for (String from : List.of("chart-shared", "kustomize-shared")) {
      assertEquals("50", pods(from).getFirst().at("terminationGracePeriodSeconds").text(), from);
    }
  }

  /// Names of generated maps carry a hash, which is taken off.
  private static Map<String, String> facts(String from) {
    Map<String, String> facts = new TreeMap<>();
    for (Tree object : Rendered.all().getOrDefault(from, List.of())) {
      if (!object.at("kind").text().equals("Namespace")) {
        Tree said = object.without(HELMS_OWN);
        String files =
            said.at("data").entries().values().stream()
                .map(file -> Tree.documents(file.text()).getFirst().sorted().text())
                .collect(Collectors.joining(" "));
        String token = said.at("automountServiceAccountToken").text();
        String text = said.at("spec").sorted().text() + token + " " + files;
        facts.put(unhashed(object.title()), unhashed(text));
      }
    }
    return facts;
  }

  private static String unhashed(String text) {
    return text.replaceAll("(sallyport-settings)-[0-9a-z]{10}", "$1");
  }

  @ParameterizedTest
  @CsvSource({"chart-shared, kustomize-shared", "chart-sidecar-parent, kustomize-sidecar"})
  void chartAndManifestsSayTheSame(String chart, String manifests) {
    assertEquals(
        String.join("\n", lines(facts(chart))), String.join("\n", lines(facts(manifests))));
  }

  private static List<String> lines(Map<String, String> facts) {
    return facts.entrySet().stream().map(fact -> fact.getKey() + ": " + fact.getValue()).toList();
  }
}
