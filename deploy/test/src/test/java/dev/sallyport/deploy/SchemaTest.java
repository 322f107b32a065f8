package dev.sallyport.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every object is one that a cluster takes.
class SchemaTest {
  @TestFactory
  List<DynamicTest> everyObjectFitsItsSchema() {
    List<DynamicTest> tests = new ArrayList<>();
    Rendered.all()
        .forEach(
            (from, objects) ->
                objects.forEach(
                    object ->
                        tests.add(
                            DynamicTest.dynamicTest(
                                from + ": " + object.title(),
                                () -> assertEquals(List.of(), Schemas.problems(object))))));
    assertTrue(tests.size() > 30, () -> "only " + tests.size() + " objects");
    return tests;
  }

  @Test
  void noObjectIsThereTwice() {
    Rendered.all()
        .forEach(
            (from, objects) -> {
              Set<String> seen = new HashSet<>();
              for (Tree object : objects) {
                String name = object.title() + " in " + object.at("metadata", "namespace").text();
                assertTrue(seen.add(name), () -> from + ": " + name + " is there twice");
              }
            });
  }

  /// What a pod mounts or takes from elsewhere is there, or is said to be the operator's to bring.
  @Test
  void whatIsNamedIsThere() {
    Set<String> brought =
        Set.of(
            "sallyport-tokens",
            "sallyport-tls",
            "sallyport-authority",
            "agent-policy",
            "agent-audit");
    Rendered.all()
        .forEach(
            (from, objects) -> {
              Set<String> names = new HashSet<>(brought);
              objects.forEach(object -> names.add(object.at("metadata", "name").text()));
              for (Tree object : objects) {
                for (Tree volume : object.at("spec", "template", "spec", "volumes").items()) {
                  String name =
                      volume.at("configMap", "name").text()
                          + volume.at("secret", "secretName").text()
                          + volume.at("persistentVolumeClaim", "claimName").text();
                  assertTrue(name.isEmpty() || names.contains(name), () -> from + ": no " + name);
                }
              }
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {apiVersion: v1, kind: Pod}                                                       | not known here
          {apiVersion: v1, kind: ConfigMap, dat: {a: b}}                                     | dat
          {apiVersion: v1, kind: Service, spec: {ports: [{prot: TCP}]}}                      | prot
          {apiVersion: apps/v1, kind: Deployment, spec: {replicas: 1, template: {}}}         | selector
          {apiVersion: apps/v1, kind: Deployment, spec: {replicas: x, selector: {}, template: {}}} | x
          {apiVersion: monitoring.coreos.com/v1, kind: ServiceMonitor, metadata: {name: x}}  | selector
          {apiVersion: monitoring.coreos.com/v1, kind: PrometheusRule, metadata: {name: x}, spec: {groups: [{name: x, rules: [{expr: y}]}]}} | either
          """)
  void theCheckCanFail(String object, String word) {
    List<String> problems = Schemas.problems(Tree.documents(object).getFirst());
    assertFalse(problems.isEmpty());
    assertTrue(String.join("\n", problems).contains(word), problems::toString);
  }
}
