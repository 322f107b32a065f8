package dev.sallyport.rules.load;

import dev.sallyport.rules.Duties;
import dev.sallyport.rules.Interception;
import dev.sallyport.rules.MalformedPathException;
import dev.sallyport.rules.PathPattern;
import dev.sallyport.rules.RequestRule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Reads what classes, entries and deny rules say of requests.
final class TermsReader {
  /// The words that take sight of requests.
  static final List<String> CONDITIONS = List.of("methods", "paths", "query", "headers");

  /// Longest age that a package version can be made to have.
  private static final Duration MAX_AGE = Duration.ofDays(3650);

  /// Most octets that an upload limit can name: 1 TiB.
  private static final long MAX_UPLOAD = 1L << 40;

  private static final Pattern METHOD = Pattern.compile("[A-Z][A-Z-]{0,31}");

  /// A token of RFC 9110 section 5.6.2.
  private static final Pattern FIELD_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}");

  private static final Pattern ORGANISATION = Pattern.compile("[A-Za-z0-9-]{1,64}");

  private final Fields fields;
  private final Problems problems;

  TermsReader(Fields fields, Problems problems) {
    this.fields = fields;
    this.problems = problems;
  }

  /// Everything that a class or an entry may say.
  Terms terms() {
    RequestRule.Conditions conditions = conditions();
    return rest(conditions.isEmpty() ? List.of() : List.of(conditions), CONDITIONS);
  }

  /// The same for an entry that says by itself which requests it means; field values it may ask
  /// for.
  Terms termsWithoutConditions() {
    RequestRule.Conditions conditions =
        new RequestRule.Conditions(new TreeSet<>(), List.of(), new TreeMap<>(), named("headers"));
    return rest(conditions.isEmpty() ? List.of() : List.of(conditions), List.of("headers"));
  }

  private Terms rest(List<RequestRule> rules, List<String> conditions) {
    Duties duties =
        new Duties(
            fields.duration("minimum-age", Duration.ofMinutes(1), MAX_AGE),
            texts("organisations", ORGANISATION, "the id of an organisation"),
            fields.size("upload-limit", 1, MAX_UPLOAD));
    boolean encodedSlash = fields.choice("encoded-slash", List.of("allow")).isPresent();
    List<String> words = new ArrayList<>(conditions);
    words.addAll(List.of("minimum-age", "organisations"));
    return new Terms(
        rules,
        encodedSlash,
        duties,
        interception(),
        words.stream().filter(fields::has).findFirst());
  }

  private Interception interception() {
    return fields
        .choice("intercept", List.of("true", "false", "never"))
        .map(
            word ->
                switch (word) {
                  case "true" -> Interception.ON;
                  case "never" -> Interception.NEVER;
                  default -> Interception.OFF;
                })
        .orElse(Interception.AS_CLASS);
  }

  /// `methods`, `paths`, `query` and `headers`.
  RequestRule.Conditions conditions() {
    SortedSet<String> methods = new TreeSet<>(texts("methods", METHOD, "a method in capitals"));
    return new RequestRule.Conditions(methods, paths(), named("query"), named("headers"));
  }

  /// A list of texts of one form; empty when the key is absent. A key that names none is a problem.
  List<String> texts(String key, Pattern form, String what) {
    List<String> texts = new ArrayList<>();
    for (Node.Scalar text : some(key)) {
      if (form.matcher(text.text()).matches()) {
        texts.add(text.text());
      } else {
        problems.add(text.place(), Problem.quote(text.text()) + " is not " + what, "");
      }
    }
    return texts;
  }

  private List<PathPattern> paths() {
    List<PathPattern> paths = new ArrayList<>();
    for (Node.Scalar text : some("paths")) {
      pattern(text, text.text()).ifPresent(paths::add);
    }
    return paths;
  }

  /// A path pattern.
  ///
  /// @param written what stands in the file
  Optional<PathPattern> pattern(Node.Scalar written, String text) {
    try {
      return Optional.of(PathPattern.parse(text));
    } catch (MalformedPathException wrong) {
      problems.add(
          written.place(),
          Problem.quote(written.text()) + " is not a path: " + wrong.getMessage(),
          "write it as in `/repos/*/issues` or `/repos/**`");
      return Optional.empty();
    }
  }

  private List<Node.Scalar> some(String key) {
    List<Node> items = fields.oneOrMore(key);
    if (items.isEmpty() && fields.has(key)) {
      fields.problem(key, Problem.quote(key) + " names none", "name one or leave it out");
    }
    return items.stream().flatMap(item -> fields.asText(key, item).stream()).toList();
  }

  private SortedMap<String, List<String>> named(String key) {
    SortedMap<String, List<String>> named = new TreeMap<>();
    boolean isHeaders = key.equals("headers");
    Optional<Node.Mapping> mapping = fields.mapping(key);
    if (mapping.isEmpty()) {
      if (fields.has(key) && fields.node(key).isEmpty()) {
        fields.problem(key, Problem.quote(key) + " names none", "name one or leave it out");
      }
      return named;
    }
    Fields inside = Fields.of(mapping.get(), problems);
    for (Node.Field field : mapping.get().fields()) {
      String name = isHeaders ? field.name().toLowerCase(Locale.ROOT) : field.name();
      if (isHeaders && !FIELD_NAME.matcher(name).matches()) {
        problems.add(field.place(), Problem.quote(field.name()) + " is not a field name", "");
      }
      named.put(name, values(inside, field.name()));
    }
    if (named.isEmpty()) {
      fields.problem(key, Problem.quote(key) + " names none", "name one or leave it out");
    }
    return named;
  }

  private static List<String> values(Fields inside, String name) {
    List<String> values =
        inside.oneOrMore(name).stream()
            .flatMap(item -> inside.asText(name, item).stream())
            .map(Node.Scalar::text)
            .toList();
    if (values.isEmpty()) {
      inside.problem(name, Problem.quote(name) + " has no value", "write one or remove it");
    }
    return values;
  }
}
