package dev.sallyport.rules.load;

import dev.sallyport.rules.Assignment.Condition;
import dev.sallyport.rules.CertificateName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Reads which clients a line of `assign` or an exception means.
final class ClientConditions {
  /// What a client must be.
  static final List<String> WORDS =
      List.of("token", "certificate", "address", "listener", "any", "anonymous", "proven");

  private final Fields fields;
  private final Problems problems;

  ClientConditions(Fields fields, Problems problems) {
    this.fields = fields;
    this.problems = problems;
  }

  /// The conditions, all of which must hold; empty when none is written.
  List<Condition> read() {
    RuleFields rule = new RuleFields(fields, problems);
    List<Condition> all = new ArrayList<>();
    fields.scalar("token").flatMap(this::tokenPattern).ifPresent(all::add);
    certificate().forEach(name -> all.add(new Condition.Certified(name)));
    fields
        .scalar("address")
        .flatMap(text -> HostText.range("address", text, problems))
        .ifPresent(range -> all.add(new Condition.From(range)));
    fields
        .scalar("listener")
        .filter(text -> Names.check("a listener", text.place(), text.text(), problems))
        .ifPresent(text -> all.add(new Condition.Through(text.text())));
    if (rule.onlyTrue("any")) {
      all.add(new Condition.Proven());
    }
    if (rule.onlyTrue("anonymous")) {
      all.add(new Condition.Anonymous());
    }
    labels("proven").map(Condition.Labelled::new).ifPresent(all::add);
    if (fields.has("token") && fields.has("certificate")) {
      fields.problem(
          "certificate",
          "a client that shows a token is known by that and not by its certificate, so this line"
              + " never matches",
          "write two lines");
    }
    for (String word : List.of("token", "certificate", "proven")) {
      if (fields.has(word) && fields.has("anonymous")) {
        fields.problem(
            "anonymous",
            "a client that shows a "
                + (word.equals("certificate") ? word : "token")
                + " is not anonymous, so this line never matches",
            "write two lines");
        break;
      }
    }
    return all;
  }

  /// What a client's certificate says, all of which must hold; empty when the key is absent.
  List<CertificateName> certificate() {
    List<CertificateName> names = new ArrayList<>();
    Optional<Fields> inside = fields.fields("certificate");
    for (CertificateName.Kind kind : CertificateName.Kind.values()) {
      inside.flatMap(parts -> CertificateText.name(parts, kind)).ifPresent(names::add);
    }
    inside.ifPresent(Fields::finish);
    if (fields.has("certificate") && inside.map(Fields::isEmpty).orElse(false)) {
      fields.problem(
          "certificate", "`certificate` names nothing that one says", CertificateText.EXAMPLE);
    }
    return names;
  }

  /// Labels with the values that they must have; empty when the key is absent.
  Optional<SortedMap<String, String>> labels(String key) {
    Optional<Node.Mapping> mapping = fields.mapping(key);
    if (mapping.isEmpty()) {
      if (fields.has(key)) {
        fields.problem(key, Problem.quote(key) + " names no label", "write `{name: value}`");
      }
      return Optional.empty();
    }
    Fields inside = Fields.of(mapping.get(), problems);
    SortedMap<String, String> labels = new TreeMap<>();
    for (Node.Field field : mapping.get().fields()) {
      Names.check("a label", field.place(), field.name(), problems);
      inside
          .line(field.name(), Language.MAX_LINE)
          .filter(value -> isPattern(inside, field.name(), value))
          .ifPresent(value -> labels.put(field.name(), value));
    }
    if (mapping.get().fields().isEmpty()) {
      fields.problem(key, Problem.quote(key) + " names no label", "write `{name: value}`");
    }
    return labels.isEmpty() ? Optional.empty() : Optional.of(labels);
  }

  private static boolean isPattern(Fields inside, String name, String value) {
    int star = value.indexOf('*');
    boolean good = star < 0 || star == value.length() - 1;
    if (!good) {
      inside.problem(
          name, Problem.quote(value) + " is not a value", "`*` may stand at the end only");
    }
    return good;
  }

  private Optional<Condition> tokenPattern(Node.Scalar scalar) {
    String text = scalar.text();
    String name = text.endsWith("*") ? text.substring(0, text.length() - 1) : text;
    if (text.equals("*") || Names.isName(name)) {
      return Optional.of(new Condition.TokenNamed(text));
    }
    problems.add(
        scalar.place(),
        Problem.quote(text) + " is not the name of a token",
        name.indexOf('*') >= 0 ? "`*` may stand at the end only" : Names.GRAMMAR);
    return Optional.empty();
  }
}
