package dev.sallyport.rules.load;

import dev.sallyport.rules.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Takes a mapping apart: each key is asked for by name and type, a wrong type is a problem, and
/// [#finish] reports every key that nobody asked for. An absent key is an empty answer, and so is a
/// mapping or list with nothing behind its key. For one thread.
public final class Fields {
  private final Node.Mapping mapping;
  private final Problems problems;
  private final ScalarTypes types;
  // Lists, not sets: a policy has 100,000 mappings of two or three keys, and filling sets would
  // cost most of a load.
  private final List<String> known = new ArrayList<>(20);
  private List<String> notYet = List.of();

  private Fields(Node.Mapping mapping, Problems problems) {
    this.mapping = mapping;
    this.problems = problems;
    this.types = new ScalarTypes(problems);
  }

  /// The fields of a mapping.
  public static Fields of(Node.Mapping mapping, Problems problems) {
    return new Fields(mapping, problems);
  }

  /// The fields of what should be a mapping. Nothing at all counts as an empty one; a list or text
  /// is a problem.
  ///
  /// @param what what it is, as in "`what` must be a mapping"
  public static Optional<Fields> of(String what, Node node, Problems problems) {
    if (node instanceof Node.Mapping mapping) {
      return Optional.of(of(mapping, problems));
    }
    if (node.isNothing()) {
      return Optional.of(of(new Node.Mapping(node.place(), List.of()), problems));
    }
    problems.add(
        node.place(), what + " must be a mapping, not " + node.kind(), "write `key: value`");
    return Optional.empty();
  }

  /// Where the mapping begins.
  public Place place() {
    return mapping.place();
  }

  /// Where a key stands; where the mapping begins when it is absent.
  public Place place(String key) {
    return mapping.field(key).map(Node.Field::place).orElse(mapping.place());
  }

  /// Whether the key is written, with or without a value. Does not make it known.
  public boolean has(String key) {
    return mapping.field(key).isPresent();
  }

  /// Whether any of the keys is written. Does not make them known.
  public boolean hasAny(List<String> keys) {
    for (String key : keys) {
      if (has(key)) {
        return true;
      }
    }
    return false;
  }

  /// Whether the mapping has no key at all.
  public boolean isEmpty() {
    return mapping.fields().isEmpty();
  }

  /// Says that keys belong here although they are not asked for.
  public Fields known(List<String> keys) {
    known.addAll(keys);
    return this;
  }

  /// Says that keys belong to the language but are not built yet; [#finish] refuses them, whatever
  /// their value.
  public Fields notYet(List<String> keys) {
    notYet = List.copyOf(keys); // copies nothing when it is a constant
    return this;
  }

  /// The value of a key, whatever it is; empty when nothing is written.
  public Optional<Node> node(String key) {
    known.add(key);
    return mapping.field(key).map(Node.Field::value).filter(value -> !value.isNothing());
  }

  /// The mapping behind a key.
  public Optional<Node.Mapping> mapping(String key) {
    Optional<Node> node = node(key);
    if (node.isPresent() && !(node.get() instanceof Node.Mapping)) {
      types.wrong(key, node.get(), "a mapping", "write `" + key + ": {key: value}`");
    }
    return node.filter(Node.Mapping.class::isInstance).map(Node.Mapping.class::cast);
  }

  /// The fields of the mapping behind a key.
  public Optional<Fields> fields(String key) {
    return mapping(key).map(found -> of(found, problems));
  }

  /// The list behind a key; empty when it is absent.
  public List<Node> list(String key) {
    Optional<Node> node = node(key);
    if (node.isEmpty()) {
      return List.of();
    }
    if (node.get() instanceof Node.Sequence sequence) {
      return sequence.items();
    }
    types.wrong(key, node.get(), "a list", "write `" + key + ": [...]`");
    return List.of();
  }

  /// The list behind a key, or the one value in its place.
  public List<Node> oneOrMore(String key) {
    Optional<Node> node = node(key);
    if (node.isPresent() && node.get() instanceof Node.Sequence sequence) {
      return sequence.items();
    }
    return node.map(List::of).orElse(List.of());
  }

  /// The texts in the list behind a key; an item that is not text is a problem and left out.
  public List<Node.Scalar> texts(String key) {
    return list(key).stream().flatMap(item -> asText(key, item).stream()).toList();
  }

  /// The scalar behind a key. A key with nothing behind it is a problem here, for there is no empty
  /// scalar.
  public Optional<Node.Scalar> scalar(String key) {
    Optional<Node> node = node(key);
    if (node.isEmpty() && has(key)) {
      problem(key, Problem.quote(key) + " has no value", "write one or remove the key");
    }
    return node.flatMap(value -> asText(key, value));
  }

  /// The text behind a key, as it is written; numbers and truth values are text too.
  public Optional<String> text(String key) {
    return scalar(key).map(Node.Scalar::text);
  }

  /// One line of 1 to `max` characters that a person can read, for what is shown again in messages.
  public Optional<String> line(String key, int max) {
    return scalar(key).flatMap(scalar -> types.line(key, scalar, max));
  }

  /// `true` or `false`, without quotes.
  public Optional<Boolean> bool(String key) {
    return scalar(key).flatMap(scalar -> types.bool(key, scalar));
  }

  /// A whole number from `min` to `max`, without quotes.
  public Optional<Integer> integer(String key, int min, int max) {
    return scalar(key).flatMap(scalar -> types.integer(key, scalar, min, max));
  }

  /// A duration from `min` to `max`, such as `10s`, `30m` or `400d`.
  public Optional<Duration> duration(String key, Duration min, Duration max) {
    return scalar(key).flatMap(scalar -> types.duration(key, scalar, min, max));
  }

  /// A size in octets from `min` to `max`, such as `64KiB` or `256MiB`.
  public Optional<Long> size(String key, long min, long max) {
    return scalar(key).flatMap(scalar -> types.size(key, scalar, min, max));
  }

  /// A time in UTC, such as `2026-12-01T00:00:00Z`.
  public Optional<Instant> timestamp(String key) {
    return scalar(key).flatMap(scalar -> types.timestamp(key, scalar));
  }

  /// One of a few words.
  public Optional<String> choice(String key, List<String> words) {
    return scalar(key).flatMap(scalar -> types.choice(key, scalar, words));
  }

  /// A node as text; anything else is a problem.
  public Optional<Node.Scalar> asText(String key, Node node) {
    if (node instanceof Node.Scalar scalar && !scalar.isNothing()) {
      return Optional.of(scalar);
    }
    problems.add(node.place(), Problem.quote(key) + " must be text, not " + node.kind(), "");
    return Optional.empty();
  }

  /// A scalar as a whole number from `min` to `max`; anything else is a problem.
  public Optional<Integer> asInteger(String key, Node.Scalar scalar, int min, int max) {
    return types.integer(key, scalar, min, max);
  }

  /// Records a problem at a key.
  public void problem(String key, String what, String hint) {
    problems.add(place(key), what, hint);
  }

  /// Reports every key that is unknown or not built yet. To be called once, after all keys were
  /// asked for.
  public void finish() {
    for (Node.Field field : mapping.fields()) {
      if (notYet.contains(field.name())) {
        problems.add(field.place(), notSupported(field.name()), "");
      } else if (!known.contains(field.name())) {
        unknown(field);
      }
    }
  }

  /// What is said of a word of the language that is not built yet. There is no hint to remove it:
  /// without a condition a rule would allow more.
  public static String notSupported(String word) {
    return Problem.quote(word) + " is not supported by this version";
  }

  private void unknown(Node.Field field) {
    List<String> words = Stream.concat(known.stream(), notYet.stream()).distinct().toList();
    String hint =
        Spelling.suggestion(field.name(), words)
            .orElseGet(
                () -> "known here: " + String.join(", ", known.stream().distinct().toList()));
    problems.add(field.place(), "unknown key " + Problem.quote(field.name()), hint);
  }
}
