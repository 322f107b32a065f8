package dev.sallyport.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/// What chart and manifests come to, word for word; `-Dgolden.write=true` takes it as it is.
class GoldenTest {
  @TempDir private Path folder = Path.of("");

  private static void isGolden(String name, String rendered) throws Exception {
    Path file = Rendered.goldenFile(name);
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(file, rendered, UTF_8);
    }
    assertTrue(Files.exists(file), () -> file + " is not there: run with -Dgolden.write=true");
    assertEquals(Rendered.golden(name), rendered);
  }

  @ParameterizedTest
  @FieldSource("dev.sallyport.deploy.Rendered#VALUES")
  void theChartRendersAsItDid(String values) throws Exception {
    isGolden("chart-" + values, Rendered.chart(values));
  }

  @ParameterizedTest
  @FieldSource("dev.sallyport.deploy.Rendered#OVERLAYS")
  void theManifestsRenderAsTheyDid(String overlay) throws Exception {
    Optional<String> built = Rendered.built(overlay);
    assumeTrue(built.isPresent(), "there is no kubectl: the manifests are taken as rendered last");
    isGolden("kustomize-" + overlay, built.get());
  }

  @Test
  void theChartHasNothingToLint() {
    LintResult result = new Helm(Rendered.CHART).lint().strict().call();
    assertFalse(result.isFailed(), () -> String.join("\n", result.getMessages()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mode: both                                       | mode
          polcy: {}                                        | polcy
          replicas: many                                   | replicas
          proxyPort: 80                                    | proxyPort
          image: {digest: latest}                          | digest
          audit: {kind: hostPath}                          | kind
          networkPolicy: {agents: []}                      | agents
          networkPolicy: {denied: {ipv4: [everything]}}    | ipv4
          policy: {files: {policy.txt: x}}                 | policy.txt
          mode: sidecar                                    | sidecar.agent.image
          """)
  void valuesThatAreWrongAreTold(String values, String word) throws Exception {
    Path file = Files.writeString(folder.resolve("values.yaml"), values + "\n");
    RuntimeException told = assertThrows(RuntimeException.class, () -> Rendered.template(file));
    assertTrue(String.valueOf(told.getMessage()).contains(word), told::getMessage);
  }

  /// What Prometheus and Grafana get from the chart is what stands beside it.
  @Test
  void theChartCarriesTheRulesAndTheDashboard() throws Exception {
    assertEquals(
        Files.readString(Rendered.DEPLOY.resolve("prometheus/sallyport.rules.yaml")),
        Files.readString(Rendered.CHART.resolve("files/sallyport.rules.yaml")));
    assertEquals(
        Files.readString(Rendered.DEPLOY.resolve("grafana/sallyport.json")),
        Files.readString(Rendered.CHART.resolve("files/sallyport.json")));
  }
}
