package dev.sallyport.rules.load;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sallyport.rules.Policy;
import java.util.List;

/// Loads policies for tests.
final class Loads {
  static final String HEAD = "sallyport: 1\nname: p\n";

  private Loads() {}

  static Policy policy(String text) {
    try {
      return PolicyLoader.load("p.yaml", text);
    } catch (LoadException wrong) {
      throw new AssertionError("does not load:\n" + wrong.getMessage(), wrong);
    }
  }

  /// The problems of a text, line by line; fails when there is none.
  static List<String> problems(String text) {
    LoadException wrong =
        assertThrows(LoadException.class, () -> PolicyLoader.load("p.yaml", text));
    return wrong.problems().stream().map(Problem::toString).toList();
  }

  /// The problems of one entry in an allowlist, with places counted from its own first character.
  static List<String> entryProblems(String entry) {
    String prefix = "classes: {web: {allow: [";
    return here(problems(HEAD + prefix + entry + "]}}\n"), 3, prefix.length());
  }

  static List<String> denyProblems(String rule) {
    String prefix = "deny: [";
    return here(problems(HEAD + prefix + rule + "]\n"), 3, prefix.length());
  }

  private static List<String> here(List<String> lines, int line, int columns) {
    String start = "p.yaml:" + line + ":";
    return lines.stream()
        .map(
            text -> {
              int colon = text.indexOf(':', start.length());
              int column = Integer.parseInt(text.substring(start.length(), colon));
              return column - columns + text.substring(colon);
            })
        .toList();
  }
}
