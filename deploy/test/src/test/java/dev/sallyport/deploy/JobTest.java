package dev.sallyport.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The action of GitHub and the include of GitLab, as far as their files say.
class JobTest {
  private static final Pattern INPUT = Pattern.compile("\\$\\{\\{ inputs\\.([a-z-]+) }}");
  private static final Pattern SCRIPT = Pattern.compile("\\$GITHUB_ACTION_PATH/([./a-z]+\\.sh)");

  private static String read(String file) throws IOException {
    return Files.readString(Rendered.DEPLOY.resolve(file));
  }

  private static Set<String> found(Pattern pattern, String text) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  @ParameterizedTest
  @ValueSource(strings = {"github-action/action.yml", "github-action/finish/action.yml"})
  void anActionIsWhole(String file) throws Exception {
    String text = read(file);
    Tree action = Tree.documents(text).getFirst();
    assertEquals("composite", action.at("runs", "using").text());
    assertEquals(new TreeSet<>(action.at("inputs").entries().keySet()), found(INPUT, text));
    for (Tree input : action.at("inputs").entries().values()) {
      assertTrue(!input.at("description").text().isEmpty() && input.at("default").isThere());
    }
    for (Tree step : action.at("runs", "steps").items()) {
      // A tag can be moved; a commit cannot. A step that runs something says in which shell.
      assertTrue(
          step.at("uses").text().matches("[a-z-]+/[a-z-]+@[0-9a-f]{40}")
              || (step.at("run").isThere() && step.at("shell").isThere()),
          step::toString);
      // What a person gives goes through the environment and never into the text of a script.
      assertTrue(!step.at("run").text().contains("${{"), step::toString);
    }
    Path folder = Rendered.DEPLOY.resolve(file).resolveSibling(".");
    found(SCRIPT, text).forEach(script -> assertTrue(Files.exists(folder.resolve(script)), script));
  }

  @Test
  void theIncludeIsWhole() throws Exception {
    Tree job = Tree.documents(read("gitlab/sallyport.yml")).getFirst().at(".sallyport");
    assertEquals("always", job.at("artifacts", "when").text());
    assertEquals(List.of(new Tree(".sallyport/out")), job.at("artifacts", "paths").items());
    String script = read("ci/gitlab.sh");
    for (String variable : job.at("variables").entries().keySet()) {
      assertTrue(script.contains(variable), variable);
    }
    for (String part : List.of("before_script", "after_script")) {
      assertEquals(1, job.at(part).items().size());
      assertTrue(job.at(part).items().getFirst().text().contains("ci/gitlab.sh"), part);
    }
  }
}
