package dev.sallyport.rules.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlFileTest {
  private final Problems problems = new Problems();

  private Optional<Node> read(String text) {
    return YamlFile.read("f.yaml", text, problems);
  }

  private static Place at(int line, int column) {
    return new Place("f.yaml", line, column);
  }

  private static Node.Scalar plain(int line, int column, String text) {
    return new Node.Scalar(at(line, column), text, Node.Style.PLAIN);
  }

  @Test
  void readsMappingsListsAndScalarsWithTheirPlaces() {
    Node root = read("a: 1\nb:\n  - x\n  - {c: \"d e\"}\n").orElseThrow();

    assertEquals(
        new Node.Mapping(
            at(1, 1),
            List.of(
                new Node.Field(at(1, 1), "a", plain(1, 4, "1")),
                new Node.Field(
                    at(2, 1),
                    "b",
                    new Node.Sequence(
                        at(3, 3),
                        List.of(
                            plain(3, 5, "x"),
                            new Node.Mapping(
                                at(4, 5),
                                List.of(
                                    new Node.Field(
                                        at(4, 6),
                                        "c",
                                        new Node.Scalar(at(4, 9), "d e", Node.Style.QUOTED))))))))),
        root);
    assertTrue(problems.isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "# only words\n", "---\n", "\ufeff", "---\n...\n"})
  void anEmptyFileHasNoFields(String text) {
    Fields fields = Fields.of("it", read(text).orElseThrow(), problems).orElseThrow();
    fields.finish();
    assertTrue(fields.isEmpty());
    assertTrue(problems.isEmpty());
  }

  @Test
  void aByteOrderMarkMovesNoColumn() {
    Node.Mapping root = assertInstanceOf(Node.Mapping.class, read("\ufeffa: 1").orElseThrow());
    assertEquals(at(1, 1), root.fields().getFirst().place());
  }

  @Test
  void linesMayEndAsOnWindows() {
    Node.Mapping root =
        assertInstanceOf(Node.Mapping.class, read("a: 1\r\nb: 2\r\n").orElseThrow());
    assertEquals(at(2, 1), root.fields().getLast().place());
    assertTrue(problems.isEmpty());
  }

  @ParameterizedTest
  @MethodSource
  void refusesWhatAReviewerCannotFollow(String text, List<String> lines) {
    assertTrue(read(text).isPresent(), "the rest is still read, to find more");
    assertEquals(lines, problems.lines());
  }

  static List<Arguments> refusesWhatAReviewerCannotFollow() {
    return List.of(
        Arguments.of(
            "a: 1\nb: 2\na: 3\n",
            List.of("f.yaml:3:1: `a` is given twice, first in line 1; keep one of them")),
        Arguments.of(
            "{a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1, h: 1, i: 1, j: 1, j: 2, a: 2}",
            List.of(
                "f.yaml:1:62: `j` is given twice, first in line 1; keep one of them",
                "f.yaml:1:68: `a` is given twice, first in line 1; keep one of them")),
        Arguments.of(
            "a: &x 1\nb: *x\n",
            List.of(
                "f.yaml:1:4: `&x` is a YAML anchor, and anchors are not allowed;"
                    + " remove it, or put text that begins with `&` in quotes",
                "f.yaml:2:4: `*x` is a YAML alias, and aliases are not allowed;"
                    + " write the value out, or put text that begins with `*` in quotes")),
        Arguments.of(
            "a:\n  <<: {b: 1}\n",
            List.of(
                "f.yaml:2:3: `<<` is a YAML merge key, and merge keys are not allowed;"
                    + " write it out")),
        Arguments.of(
            "a: !!str 1\nb: !c [1]\n",
            List.of(
                "f.yaml:1:4: a YAML tag (`tag:yaml.org,2002:str`) is not allowed;"
                    + " remove it, or put text that begins with `!` in quotes",
                "f.yaml:2:4: a YAML tag (`!c`) is not allowed;"
                    + " remove it, or put text that begins with `!` in quotes")),
        Arguments.of(
            "%YAML 1.1\n---\na: 1\n",
            List.of(
                "f.yaml:1:1: YAML directives are not allowed;"
                    + " remove the line that begins with `%`")),
        Arguments.of(
            "a: 1\n---\nb: 1\n",
            List.of(
                "f.yaml:2:1: a second document begins here, and a file holds one;"
                    + " remove the `---` and what follows, or use a second file")),
        Arguments.of(
            "[a]: 1\n~: 2\n{b: c}: 3\n",
            List.of(
                "f.yaml:1:1: a key must be text, not a list; write `key: value`",
                "f.yaml:2:1: a key must be text, not nothing; write `key: value`",
                "f.yaml:3:1: a key must be text, not a mapping; write `key: value`")));
  }

  @ParameterizedTest
  @MethodSource
  void saysWhereATextIsNotYaml(String text, String line) {
    assertEquals(Optional.empty(), read(text));
    assertEquals(List.of(line), problems.lines());
  }

  static List<Arguments> saysWhereATextIsNotYaml() {
    return List.of(
        Arguments.of(
            "a:\n\tb: 1\n",
            "f.yaml:2:1: a tab or a reserved character stands here;"
                + " indent with spaces, and quote text that begins with `@`, `%` or a backtick"),
        Arguments.of(
            "a: 1\nb\nc: 1\n", "f.yaml:3:1: a `:` is missing after this key; write `key: value`"),
        Arguments.of(
            "a: b: c\n",
            "f.yaml:1:5: a `key: value` cannot begin here;"
                + " check the indentation, and quote text that contains `: `"),
        Arguments.of(
            "a: - b\n", "f.yaml:1:4: a list item cannot begin here; check the indentation of `- `"),
        Arguments.of(
            "a: [1, 2\nb: 3\n",
            "f.yaml:2:2: this list is not closed or lacks a comma; write `[a, b]`"),
        Arguments.of(
            "a: {b: 1, c: 2\n",
            "f.yaml:2:1: this mapping is not closed or lacks a comma; write `{a: 1, b: 2}`"),
        Arguments.of(
            "a: 1\n  b: 2\n",
            "f.yaml:2:4: a `key: value` cannot begin here;"
                + " check the indentation, and quote text that contains `: `"),
        Arguments.of(
            "  a: 1\n b: 2\n",
            "f.yaml:2:2: this does not belong to what stands above;"
                + " check the indentation and the brackets"),
        Arguments.of(
            "a: 1\n- b\n", "f.yaml:2:1: a list item stands among keys; check the indentation"),
        Arguments.of(
            "a: \"b\n",
            "f.yaml:2:1: the file ends inside quotes that were opened; close the quotes"),
        Arguments.of(
            "a: 'b\n---\nc'\n", "f.yaml:2:1: a `---` stands inside quotes; close the quotes"),
        Arguments.of(
            "a: \"\\q\"\n",
            "f.yaml:1:6: this is not an escape that YAML knows;"
                + " write `\\\\` for a backslash, or use single quotes"),
        Arguments.of(
            "a: !x!y 1\n",
            "f.yaml:1:4: a YAML tag is not allowed;"
                + " remove it, or put text that begins with `!` in quotes"),
        Arguments.of(
            "%YAML 2.0\n---\n",
            "f.yaml:1:1: YAML directives are not allowed; remove the line that begins with `%`"),
        Arguments.of(
            "{a: 1}\nb: 2\n",
            "f.yaml:2:1: this does not belong to what stands above;"
                + " check the indentation and the brackets"),
        Arguments.of(
            "a: b # x\u2028deny: []\n",
            "f.yaml:1:9: the character U+2028 cannot be seen by a reviewer; remove it"),
        Arguments.of(
            "a: 1\n# \u202e\n",
            "f.yaml:2:3: the character U+202E cannot be seen by a reviewer; remove it"),
        Arguments.of(
            "a: \"\u0001\"",
            "f.yaml:1:5: the character U+0001 cannot be seen by a reviewer; remove it"),
        Arguments.of(
            "# x\rdeny: []\n",
            "f.yaml:1:4: the character U+000D cannot be seen by a reviewer; remove it"),
        Arguments.of(
            "# \ud83d\ude00 \u200b",
            "f.yaml:1:5: the character U+200B cannot be seen by a reviewer; remove it"),
        Arguments.of(
            "a: \ud83d",
            "f.yaml:1:4: the character U+D83D cannot be seen by a reviewer; remove it"));
  }

  @Test
  void takesTheDeepestFileAndNotOneDeeper() {
    assertTrue(read(nested(YamlFile.MAX_DEPTH)).isPresent());
    assertTrue(problems.isEmpty());
    assertEquals(Optional.empty(), read(nested(YamlFile.MAX_DEPTH + 1)));
    assertEquals(
        List.of("f.yaml:1:33: more than 32 mappings and lists inside one another; make it flatter"),
        problems.lines());
  }

  @Test
  void takesTheLargestTextAndNotOneLarger() {
    assertTrue(read(comments(YamlFile.MAX_SIZE)).isPresent());
    assertTrue(problems.isEmpty());
    assertEquals(Optional.empty(), read(comments(YamlFile.MAX_SIZE) + "#"));
    assertEquals(List.of("f.yaml:1:1: the file is larger than 8 MiB; split it"), problems.lines());
  }

  @Test
  void takesTheLongestLineAndNotOneLonger() {
    String longest = "#".repeat(YamlFile.MAX_LINE);
    assertTrue(read("a: 1\n" + longest + "\n#\n").isPresent());
    assertTrue(problems.isEmpty());
    assertEquals(Optional.empty(), read("a: 1\n" + longest + "#"));
    assertEquals(
        List.of("f.yaml:2:1: the line is longer than 500000 characters; break it"),
        problems.lines());
  }

  @Test
  void takesTheMostValuesAndNotOneMore() {
    // The list itself is a value too.
    assertTrue(new YamlReader("f.yaml", "[a, b, c]", 4, problems).read().isPresent());
    assertTrue(problems.isEmpty());
    assertEquals(Optional.empty(), new YamlReader("f.yaml", "[a, b, c]", 3, problems).read());
    assertEquals(
        List.of("f.yaml:1:8: the file holds more than 3 values; split it"), problems.lines());
  }

  @Test
  void readsFilesUnderTheNameGiven(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("x.yaml"), "a: ü\n");
    Node.Mapping root =
        assertInstanceOf(Node.Mapping.class, YamlFile.read(file, problems).orElseThrow());
    assertEquals(file.toString(), root.place().file());
    assertEquals("ü", assertInstanceOf(Node.Scalar.class, root.fields().getFirst().value()).text());
  }

  @Test
  void refusesFilesThatAreNotUtf8(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("x.yaml");
    Files.write(file, "a: ü\n".getBytes(StandardCharsets.ISO_8859_1));
    assertEquals(Optional.empty(), YamlFile.read(file, problems));
    assertEquals(List.of(file + ":1:1: the file is not UTF-8; save it as UTF-8"), problems.lines());
  }

  @Test
  void takesTheLargestFileAndNotOneLarger(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("x.yaml");
    Files.writeString(file, comments(YamlFile.MAX_SIZE));
    assertTrue(YamlFile.read(file, problems).isPresent());
    Files.writeString(file, comments(YamlFile.MAX_SIZE) + "#");
    assertEquals(Optional.empty(), YamlFile.read(file, problems));
    assertEquals(List.of(file + ":1:1: the file is larger than 8 MiB; split it"), problems.lines());
  }

  private static String nested(int depth) {
    return "[".repeat(depth) + "]".repeat(depth);
  }

  private static String comments(int size) {
    String line = "#".repeat(127) + "\n";
    return line.repeat(size / line.length());
  }
}
