package dev.sallyport.deploy;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Kubernetes' own schemas, as the model classes of its client carry them: fields that are not
/// known or not there, and values of the wrong type. For the two kinds of the Prometheus operator,
/// which are not among them, what its reference says of the fields that are used here.
final class Schemas {
  private interface Check {
    void accept(JsonElement object) throws IOException;
  }

  private record Kind(Class<?> model, Check check) {}

  private static final Gson GSON = new Gson();

  private static final Map<String, Kind> KINDS =
      Map.of(
          "v1 ConfigMap", new Kind(V1ConfigMap.class, V1ConfigMap::validateJsonElement),
          "v1 Namespace", new Kind(V1Namespace.class, V1Namespace::validateJsonElement),
          "v1 PersistentVolumeClaim",
              new Kind(V1PersistentVolumeClaim.class, V1PersistentVolumeClaim::validateJsonElement),
          "v1 Service", new Kind(V1Service.class, V1Service::validateJsonElement),
          "v1 ServiceAccount",
              new Kind(V1ServiceAccount.class, V1ServiceAccount::validateJsonElement),
          "apps/v1 Deployment", new Kind(V1Deployment.class, V1Deployment::validateJsonElement),
          "policy/v1 PodDisruptionBudget",
              new Kind(V1PodDisruptionBudget.class, V1PodDisruptionBudget::validateJsonElement),
          "autoscaling/v2 HorizontalPodAutoscaler",
              new Kind(
                  V2HorizontalPodAutoscaler.class, V2HorizontalPodAutoscaler::validateJsonElement),
          "networking.k8s.io/v1 NetworkPolicy",
              new Kind(V1NetworkPolicy.class, V1NetworkPolicy::validateJsonElement));

  private static final String OPERATOR = "monitoring.coreos.com/v1 ";

  private Schemas() {}

  /// What is wrong with an object; empty when nothing is.
  static List<String> problems(Tree object) {
    String kind = object.at("apiVersion").text() + " " + object.at("kind").text();
    if (kind.equals(OPERATOR + "ServiceMonitor")) {
      return serviceMonitor(object);
    }
    if (kind.equals(OPERATOR + "PrometheusRule")) {
      return prometheusRule(object);
    }
    Kind known = KINDS.get(kind);
    if (known == null) {
      return List.of("`" + kind + "` is not known here");
    }
    JsonElement json = GSON.toJsonTree(object.value());
    try {
      known.check.accept(json);
      Object read = JSON.getGson().fromJson(json, known.model);
      return read == null ? List.of(object.title() + ": is empty") : List.of();
    } catch (IllegalArgumentException | IOException | JsonParseException wrong) {
      return List.of(object.title() + ": " + wrong.getMessage());
    }
  }

  private static List<String> serviceMonitor(Tree object) {
    List<String> problems = envelope(object);
    unknown(object.at("spec"), Set.of("selector", "endpoints"), problems);
    if (!object.at("spec", "selector", "matchLabels").isThere()) {
      problems.add("spec.selector is not there");
    }
    if (object.at("spec", "endpoints").items().isEmpty()) {
      problems.add("spec.endpoints is not there");
    }
    for (Tree endpoint : object.at("spec", "endpoints").items()) {
      unknown(endpoint, Set.of("port", "path", "interval"), problems);
      require(endpoint, "port", ".+", problems);
      require(endpoint, "path", "/.*", problems);
      require(endpoint, "interval", "([0-9]+(ms|[smhd]))+", problems);
    }
    return problems;
  }

  private static List<String> prometheusRule(Tree object) {
    List<String> problems = envelope(object);
    unknown(object.at("spec"), Set.of("groups"), problems);
    if (object.at("spec", "groups").items().isEmpty()) {
      problems.add("spec.groups is not there");
    }
    for (Tree group : object.at("spec", "groups").items()) {
      unknown(group, Set.of("name", "interval", "rules"), problems);
      require(group, "name", ".+", problems);
      for (Tree rule : group.at("rules").items()) {
        unknown(rule, Set.of("alert", "record", "expr", "for", "labels", "annotations"), problems);
        require(rule, "expr", "(?s).+", problems);
        if (rule.at("alert").isThere() == rule.at("record").isThere()) {
          problems.add("a rule is either an alert or a record");
        }
      }
    }
    return problems;
  }

  private static List<String> envelope(Tree object) {
    List<String> problems = new ArrayList<>();
    unknown(object, Set.of("apiVersion", "kind", "metadata", "spec"), problems);
    require(object.at("metadata"), "name", "[a-z0-9][-a-z0-9.]*", problems);
    return problems;
  }

  private static void unknown(Tree map, Set<String> known, List<String> problems) {
    map.entries().keySet().stream()
        .filter(key -> !known.contains(key))
        .forEach(key -> problems.add("`" + key + "` is not known"));
  }

  private static void require(Tree map, String key, String pattern, List<String> problems) {
    if (!map.at(key).text().matches(pattern)) {
      problems.add("`" + key + "` is missing or wrong: " + map.at(key).text());
    }
  }
}
