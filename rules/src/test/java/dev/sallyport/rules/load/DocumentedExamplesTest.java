package dev.sallyport.rules.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.Policy;
import dev.sallyport.rules.TestPolicy;
import dev.sallyport.rules.catalog.Catalogs;
import dev.sallyport.rules.check.PolicyTests;
import dev.sallyport.rules.check.TestResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the documentation shows is true: examples load, and problems are said in these words.
class DocumentedExamplesTest {
  private static final Path DOCS = Path.of("..", "docs");
  private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
  private static final Pattern PROBLEM =
      Pattern.compile("```yaml\n(.*?)```\n\n```text\n(.*?)```", Pattern.DOTALL);

  static Stream<String> examples() throws IOException {
    Matcher blocks = YAML.matcher(Files.readString(DOCS.resolve("policy.md")));
    return blocks.results().map(block -> withNewestEdition(block.group(1))).toList().stream();
  }

  /// Editions move on; a page shows the one of its day.
  private static String withNewestEdition(String text) {
    return text.replaceAll(
        "(maven-central/read@)2026-[0-9-]+",
        "$1" + Catalogs.builtIn().editions("maven-central").last());
  }

  @ParameterizedTest
  @MethodSource("examples")
  void examplesLoadAndTheirTestsPass(String text) {
    Policy policy = Loads.policy(text.startsWith("sallyport:") ? text : Loads.HEAD + text);
    for (TestResult result : PolicyTests.run(policy, TestPolicy.AT)) {
      assertEquals("", result.differed(), result.line());
    }
  }

  @Test
  void thereAreExamples() throws IOException {
    assertTrue(examples().count() > 10);
  }

  /// A wrong policy and what is said of it.
  record Shown(String policy, List<String> lines) {}

  static Stream<Shown> problems() throws IOException {
    Matcher blocks = PROBLEM.matcher(Files.readString(DOCS.resolve("policy-problems.md")));
    List<Shown> shown = new ArrayList<>();
    while (blocks.find()) {
      shown.add(new Shown(blocks.group(1), withNewestEdition(blocks.group(2)).lines().toList()));
    }
    return shown.stream();
  }

  @ParameterizedTest
  @MethodSource("problems")
  void problemsAreSaidInTheseWords(Shown shown) {
    String head =
        shown.policy.matches("(?s)(sallyport|name):.*") ? "" : "sallyport: 1\nname: acme\n";
    LoadException wrong =
        assertThrows(
            LoadException.class, () -> PolicyLoader.load("policy.yaml", head + shown.policy));
    assertEquals(
        String.join("\n", shown.lines),
        String.join("\n", wrong.problems().stream().map(Problem::toString).toList()));
  }

  @Test
  void thereAreManyProblems() throws IOException {
    assertTrue(problems().count() > 40);
  }
}
