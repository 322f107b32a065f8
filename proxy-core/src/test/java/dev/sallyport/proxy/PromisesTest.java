package dev.sallyport.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the documents promise names the tests that prove it, and those tests are there.
class PromisesTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|Fuzz))`");
  private static final Pattern SCRIPT = Pattern.compile("`((?:e2e|docker|deploy)/[\\w/-]+\\.sh)`");
  private static final Pattern CORPUS = Pattern.compile("corpus `([\\w-]+)`");

  @ParameterizedTest
  @ValueSource(strings = {"threat-model.md", "netty-traps.md"})
  void everyRowNamesATestThatIsThere(String document) throws IOException {
    List<String> rows =
        Files.readAllLines(ROOT.resolve("docs").resolve(document)).stream()
            .filter(line -> line.startsWith("| "))
            .skip(2)
            .toList();
    assertFalse(rows.isEmpty());
    Set<String> tests = tests();
    String corpora = Files.readString(ROOT.resolve("e2e/corpora.sh"));
    for (String row : rows) {
      String proof = row.substring(row.lastIndexOf(" | "));
      List<String> named = named(TEST, proof);
      List<String> scripts = named(SCRIPT, proof);
      assertTrue(!named.isEmpty() || !scripts.isEmpty(), () -> "nothing proves: " + row);
      assertEquals(List.of(), named.stream().filter(test -> !tests.contains(test)).toList(), row);
      scripts.forEach(script -> assertTrue(Files.exists(ROOT.resolve(script)), script));
      named(CORPUS, proof).forEach(name -> assertTrue(corpora.contains(name + ".jsonl"), name));
    }
  }

  private static List<String> named(Pattern pattern, String text) {
    return pattern.matcher(text).results().map((MatchResult found) -> found.group(1)).toList();
  }

  private static Set<String> tests() throws IOException {
    Set<String> tests = new TreeSet<>();
    for (String module : List.of("rules", "tls-mitm", "proxy-core", "deploy/test")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
        tests.addAll(
            files
                .map(file -> file.getFileName().toString().replace(".java", ""))
                .collect(Collectors.toSet()));
      }
    }
    return tests;
  }
}
