package dev.sallyport.rules.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FieldsTest {
  private final Problems problems = new Problems();

  private Fields fields(String text) {
    Node node = YamlFile.read("f", text, problems).orElseThrow();
    return Fields.of("it", node, problems).orElseThrow();
  }

  @Test
  void givesValuesByType() {
    Fields fields =
        fields(
            """
            text: x
            line: one line
            yes: true
            no: false
            number: 7
            time: 10s
            size: 64KiB
            when: 2026-12-01T00:00:00Z
            word: b
            list: [a, b]
            one: a
            map: {k: v}
            """);

    assertEquals(Optional.of("x"), fields.text("text"));
    assertEquals(Optional.of("one line"), fields.line("line", 8));
    assertEquals(Optional.of(true), fields.bool("yes"));
    assertEquals(Optional.of(false), fields.bool("no"));
    assertEquals(Optional.of(7), fields.integer("number", 7, 7));
    assertEquals(
        Optional.of(Duration.ofSeconds(10)),
        fields.duration("time", Duration.ofSeconds(10), Duration.ofSeconds(10)));
    assertEquals(Optional.of(65536L), fields.size("size", 65536, 65536));
    assertEquals(Optional.of(Instant.parse("2026-12-01T00:00:00Z")), fields.timestamp("when"));
    assertEquals(Optional.of("b"), fields.choice("word", List.of("a", "b")));
    assertEquals(List.of("a", "b"), fields.texts("list").stream().map(Node.Scalar::text).toList());
    assertEquals(2, fields.oneOrMore("list").size());
    assertEquals(1, fields.oneOrMore("one").size());
    assertEquals(Optional.of("v"), fields.fields("map").flatMap(map -> map.text("k")));
    fields.finish();
    assertTrue(problems.isEmpty(), problems::toString);
  }

  @Test
  void whatIsAbsentIsEmpty() {
    Fields fields = fields("{}");
    assertEquals(Optional.empty(), fields.text("a"));
    assertEquals(Optional.empty(), fields.bool("a"));
    assertEquals(Optional.empty(), fields.mapping("a"));
    assertEquals(List.of(), fields.list("a"));
    assertEquals(List.of(), fields.oneOrMore("a"));
    assertEquals(new Place("f", 1, 1), fields.place("a"));
    assertTrue(problems.isEmpty());
  }

  @ParameterizedTest
  @MethodSource
  void aWrongTypeIsAProblem(String text, Function<Fields, Object> ask, String line) {
    Object answer = ask.apply(fields(text));
    assertTrue(answer.equals(Optional.empty()) || answer.equals(List.of()), answer::toString);
    assertEquals(List.of("f:" + line), problems.lines());
  }

  static List<Arguments> aWrongTypeIsAProblem() {
    return List.of(
        row("k: [a]", f -> f.text("k"), "1:4: `k` must be text, not a list"),
        row("k: {a: b}", f -> f.text("k"), "1:4: `k` must be text, not a mapping"),
        row("k:", f -> f.text("k"), "1:1: `k` has no value; write one or remove the key"),
        row("k: null", f -> f.bool("k"), "1:1: `k` has no value; write one or remove the key"),
        row("k: ''", f -> f.line("k", 9), "1:4: `k` must be one line of 1 to 9 characters, not ``"),
        row(
            "k: \"a\\nb\"",
            f -> f.line("k", 9),
            "1:4: `k` must be one line of 1 to 9 characters, not `a<U+000A>b`"),
        row(
            "k: 123456789x",
            f -> f.line("k", 9),
            "1:4: `k` must be one line of 1 to 9 characters, not `123456789x`"),
        row("k: yes", f -> f.bool("k"), "1:4: `k` must be `true` or `false`, not `yes`"),
        row("k: 'true'", f -> f.bool("k"), "1:4: `k` must be `true` or `false`, not `true`"),
        row(
            "k: 9",
            f -> f.integer("k", 1, 8),
            "1:4: `k` must be a whole number of 1 to 8, not `9`"),
        row(
            "k: 0",
            f -> f.integer("k", 1, 8),
            "1:4: `k` must be a whole number of 1 to 8, not `0`"),
        row(
            "k: '7'",
            f -> f.integer("k", 1, 8),
            "1:4: `k` must be a whole number of 1 to 8, not `7`"),
        row(
            "k: 10",
            f -> f.duration("k", Duration.ofSeconds(1), Duration.ofHours(1)),
            "1:4: `k` must be a duration of 1s to 1h, not `10`;"
                + " write a number and ms, s, m, h or d, as in `10s`"),
        row(
            "k: 999ms",
            f -> f.duration("k", Duration.ofSeconds(1), Duration.ofHours(1)),
            "1:4: `k` must be a duration of 1s to 1h, not `999ms`;"
                + " write a number and ms, s, m, h or d, as in `10s`"),
        row(
            "k: 3601s",
            f -> f.duration("k", Duration.ofSeconds(1), Duration.ofHours(1)),
            "1:4: `k` must be a duration of 1s to 1h, not `3601s`;"
                + " write a number and ms, s, m, h or d, as in `10s`"),
        row(
            "k: 2KB",
            f -> f.size("k", 1024, 2048),
            "1:4: `k` must be a size of 1KiB to 2KiB, not `2KB`;"
                + " write a number and B, KiB, MiB or GiB, as in `64KiB`"),
        row(
            "k: 2049B",
            f -> f.size("k", 1024, 2048),
            "1:4: `k` must be a size of 1KiB to 2KiB, not `2049B`;"
                + " write a number and B, KiB, MiB or GiB, as in `64KiB`"),
        row(
            "k: 1023B",
            f -> f.size("k", 1024, 2048),
            "1:4: `k` must be a size of 1KiB to 2KiB, not `1023B`;"
                + " write a number and B, KiB, MiB or GiB, as in `64KiB`"),
        row(
            "k: 2026-12-01",
            f -> f.timestamp("k"),
            "1:4: `k` must be a time in UTC, not `2026-12-01`; write it as in"
                + " `2026-12-01T00:00:00Z`"),
        row(
            "k: htps",
            f -> f.choice("k", List.of("https", "http", "any")),
            "1:4: `k` must be `https`, `http` or `any`, not `htps`; did you mean `https`?"),
        row("k: x", f -> f.choice("k", List.of("any")), "1:4: `k` must be `any`, not `x`"),
        row("k: x", f -> f.list("k"), "1:4: `k` must be a list, not `x`; write `k: [...]`"),
        row("k: [[]]", f -> f.texts("k"), "1:5: `k` must be text, not a list"),
        row(
            "k: x",
            f -> f.mapping("k"),
            "1:4: `k` must be a mapping, not `x`; write `k: {key: value}`"),
        row(
            "k: [x]",
            f -> f.fields("k"),
            "1:4: `k` must be a mapping, not a list; write `k: {key: value}`"));
  }

  private static Arguments row(String text, Function<Fields, Object> ask, String line) {
    return Arguments.of(text, ask, line);
  }

  @Test
  void aMappingIsExpected() {
    Node node = YamlFile.read("f", "[a]", problems).orElseThrow();
    assertEquals(Optional.empty(), Fields.of("a policy", node, problems));
    assertEquals(
        List.of("f:1:1: a policy must be a mapping, not a list; write `key: value`"),
        problems.lines());
  }

  @Test
  void everyKeyThatNobodyAskedForIsReported() {
    Fields fields = fields("lisen: 1\nlisten: 2\nzzzzzz: 3\nlater: 4\nlatr: 5\n");
    fields.text("listen");
    fields.notYet(List.of("later")).finish();
    assertEquals(
        List.of(
            "f:1:1: unknown key `lisen`; did you mean `listen`?",
            "f:3:1: unknown key `zzzzzz`; known here: listen",
            "f:4:1: `later` is not supported by this version",
            "f:5:1: unknown key `latr`; did you mean `later`?"),
        problems.lines());
  }

  @Test
  void messagesQuoteAtMostEightyCharactersAndNoControls() {
    assertEquals("`" + "x".repeat(80) + "`", Problem.quote("x".repeat(80)));
    assertEquals("`" + "x".repeat(80) + "...`", Problem.quote("x".repeat(81)));
    assertEquals("`a<U+001B>[31m<U+202E>ü`", Problem.quote("a\u001b[31m\u202eü"));
  }

  @Test
  void problemsAreSortedByPlace() {
    problems.add(new Place("b", 1, 1), "third", "");
    problems.add(new Place("a", 10, 1), "second", "");
    problems.add(new Place("a", 9, 20), "first", "do it");
    assertEquals("a:9:20: first; do it\na:10:1: second\nb:1:1: third", problems.toString());
  }
}
