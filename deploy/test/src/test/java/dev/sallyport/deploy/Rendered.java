package dev.sallyport.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// The manifests as they go to a cluster.
final class Rendered {
  /// The folder deploy/.
  static final Path DEPLOY =
      Path.of(Optional.ofNullable(System.getProperty("sallyport.deploy")).orElse(".."))
          .toAbsolutePath()
          .normalize();

  /// The chart.
  static final Path CHART = DEPLOY.resolve("helm/sallyport");

  /// The values that the chart is rendered with, by file name.
  static final List<String> VALUES =
      List.of("shared", "full", "sidecar-parent", "sidecar-nftables");

  /// The overlays of kustomize.
  static final List<String> OVERLAYS = List.of("shared", "sidecar");

  private static final Path RESOURCES = DEPLOY.resolve("test/src/test/resources");
  private static final String KUBERNETES = "1.33.0";
  private static final long KUBECTL_SECONDS = 60;
  private static final Map<String, String> DONE = new ConcurrentHashMap<>();

  private Rendered() {}

  /// The chart with one of [#VALUES].
  static String chart(String values) {
    return DONE.computeIfAbsent(
        "chart-" + values, key -> template(RESOURCES.resolve("values/" + values + ".yaml")));
  }

  /// The chart with values of one's own.
  static String template(Path values) {
    TemplateCommand command =
        new Helm(CHART)
            .template()
            .withName("sallyport")
            .withNamespace("sallyport")
            .withKubeVersion(KUBERNETES)
            .withValuesFile(values);
    return command.call();
  }

  /// An overlay as kustomize renders it; where there is no kubectl, as it was rendered last.
  static String overlay(String overlay) {
    return DONE.computeIfAbsent(
        "kustomize-" + overlay, key -> built(overlay).orElseGet(() -> golden(key)));
  }

  /// An overlay as kustomize renders it; empty where there is no kubectl.
  static Optional<String> built(String overlay) {
    Path folder = DEPLOY.resolve("kustomize/overlays/" + overlay);
    try {
      Path out = Files.createTempFile("kustomize", ".yaml");
      Process kubectl =
          new ProcessBuilder("kubectl", "kustomize", folder.toString())
              .redirectOutput(out.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      boolean ended = kubectl.waitFor(KUBECTL_SECONDS, TimeUnit.SECONDS);
      if (!ended || kubectl.exitValue() != 0) {
        kubectl.destroyForcibly();
        throw new AssertionError("kubectl kustomize " + folder + " failed");
      }
      String text = Files.readString(out);
      Files.delete(out);
      return Optional.of(text);
    } catch (IOException absent) {
      return Optional.empty();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stop);
    }
  }

  /// What was rendered last.
  static String golden(String name) {
    try {
      return Files.readString(goldenFile(name), UTF_8);
    } catch (IOException absent) {
      throw new UncheckedIOException(absent);
    }
  }

  /// Where that is.
  static Path goldenFile(String name) {
    return RESOURCES.resolve("golden/" + name + ".yaml");
  }

  /// Every object of everything, by where it comes from.
  static Map<String, List<Tree>> all() {
    Map<String, List<Tree>> all = new java.util.TreeMap<>();
    VALUES.forEach(values -> all.put("chart-" + values, Tree.documents(chart(values))));
    OVERLAYS.forEach(each -> all.put("kustomize-" + each, Tree.documents(overlay(each))));
    return all;
  }
}
