package dev.sallyport.deploy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The Pod Security Standard `restricted`, and what this project asks beyond it: a read-only root,
/// no token of a service account, requests that are bounded.
final class Restricted {
  private static final Set<String> VOLUMES =
      Set.of("configMap", "emptyDir", "persistentVolumeClaim", "secret", "projected", "csi");

  private Restricted() {}

  /// What of a pod is not so.
  static List<String> problems(Tree pod) {
    List<String> problems = new ArrayList<>();
    must(pod.at("automountServiceAccountToken").isFalse(), "a token is mounted", problems);
    for (String shared : List.of("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace")) {
      must(!pod.at(shared).isTrue(), shared, problems);
    }
    must(pod.at("securityContext", "runAsNonRoot").isTrue(), "the pod may be root", problems);
    must(
        pod.at("securityContext", "seccompProfile", "type").text().equals("RuntimeDefault"),
        "no seccomp profile",
        problems);
    for (Tree volume : pod.at("volumes").items()) {
      volume.entries().keySet().stream()
          .filter(key -> !key.equals("name") && !VOLUMES.contains(key))
          .forEach(key -> problems.add("a volume of kind " + key));
    }
    containers(pod).forEach(container -> container(container, problems));
    return problems;
  }

  /// All containers of a pod, those that come first too.
  static Stream<Tree> containers(Tree pod) {
    return Stream.concat(
        pod.at("initContainers").items().stream(), pod.at("containers").items().stream());
  }

  private static void container(Tree container, List<String> problems) {
    String name = container.at("name").text() + ": ";
    Tree security = container.at("securityContext");
    must(!security.at("privileged").isTrue(), name + "privileged", problems);
    must(security.at("allowPrivilegeEscalation").isFalse(), name + "may gain rights", problems);
    must(security.at("readOnlyRootFilesystem").isTrue(), name + "root can be written", problems);
    must(!security.at("runAsUser").text().equals("0"), name + "is root", problems);
    must(!security.at("runAsNonRoot").isFalse(), name + "may be root", problems);
    must(
        security.at("capabilities", "drop").items().stream()
            .anyMatch(dropped -> dropped.text().equals("ALL")),
        name + "keeps capabilities",
        problems);
    security
        .at("capabilities", "add")
        .items()
        .forEach(added -> problems.add(name + "adds " + added.text()));
    container
        .at("ports")
        .items()
        .forEach(
            port -> must(!port.at("hostPort").isThere(), name + "a port of the host", problems));
  }

  private static void must(boolean holds, String otherwise, List<String> problems) {
    if (!holds) {
      problems.add(otherwise);
    }
  }
}
