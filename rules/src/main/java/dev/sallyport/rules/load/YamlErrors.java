package dev.sallyport.rules.load;

import dev.sallyport.rules.Place;
import java.util.List;
import java.util.Locale;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/// Says what is wrong with a text that is not YAML. The parser's messages speak of tokens; these
/// say what to type.
final class YamlErrors {
  /// What the parser's message contains, first match first, and what a person reads.
  private static final List<Words> TABLE =
      List.of(
          new Words(
              "expected '<document start>'",
              "this does not belong to what stands above",
              "check the indentation and the brackets"),
          new Words(
              "(Do not use",
              "a tab or a reserved character stands here",
              "indent with spaces, and quote text that begins with `@`, `%` or a backtick"),
          new Words(
              "could not find expected ':'",
              "a `:` is missing after this key",
              "write `key: value`"),
          new Words(
              "mapping values are not allowed",
              "a `key: value` cannot begin here",
              "check the indentation, and quote text that contains `: `"),
          new Words(
              "sequence entries are not allowed",
              "a list item cannot begin here",
              "check the indentation of `- `"),
          new Words(
              "mapping keys are not allowed", "a key cannot begin here", "check the indentation"),
          new Words(
              "expected ',' or ']'", "this list is not closed or lacks a comma", "write `[a, b]`"),
          new Words(
              "expected ',' or '}'",
              "this mapping is not closed or lacks a comma",
              "write `{a: 1, b: 2}`"),
          new Words("but found '-'", "a list item stands among keys", "check the indentation"),
          new Words(
              "but found '<block mapping start>'",
              "this line is indented differently from the one above",
              "line up keys that belong together"),
          new Words(
              "expected <block end>",
              "this does not continue what stands above",
              "check the indentation, the commas and the quotes"),
          new Words(
              "expected the node content", "a value is expected here", "write one, or quote it"),
          new Words(
              "unexpected end of stream",
              "the file ends inside quotes that were opened",
              "close the quotes"),
          new Words(
              "unexpected document separator", "a `---` stands inside quotes", "close the quotes"),
          new Words(
              "escape",
              "this is not an escape that YAML knows",
              "write `\\\\` for a backslash, or use single quotes"),
          new Words(
              "unexpected character found",
              "YAML anchors and aliases are not allowed",
              "put text that begins with `&` or `*` in quotes"),
          new Words(
              "undefined tag handle",
              "a YAML tag is not allowed",
              "remove it, or put text that begins with `!` in quotes"),
          new Words(
              "incompatible YAML document",
              "YAML directives are not allowed",
              "remove the line that begins with `%`"),
          new Words(
              "duplicate",
              "YAML directives are not allowed",
              "remove the line that begins with `%`"));

  private YamlErrors() {}

  /// The problem, at the place where the parser noticed it.
  static Problem problem(String fileName, MarkedYAMLException wrong) {
    String said = said(wrong.getProblem());
    Mark mark = wrong.getProblemMark() != null ? wrong.getProblemMark() : wrong.getContextMark();
    Place place =
        mark == null
            ? new Place(fileName, 1, 1)
            : new Place(fileName, mark.getLine() + 1, mark.getColumn() + 1);
    for (Words words : TABLE) {
      if (said.contains(words.said)) {
        return new Problem(place, words.what, words.hint);
      }
    }
    // Quoted, because the parser repeats characters of the file as they are.
    return new Problem(
        place,
        "the YAML cannot be read here",
        "the parser says " + Problem.quote(said.toLowerCase(Locale.ROOT)));
  }

  private static String said(@org.jspecify.annotations.Nullable String problem) {
    return problem == null ? "" : problem.strip();
  }

  private record Words(String said, String what, String hint) {}
}
