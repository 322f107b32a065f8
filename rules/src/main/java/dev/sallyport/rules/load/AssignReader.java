package dev.sallyport.rules.load;

import dev.sallyport.rules.Assignment;
import dev.sallyport.rules.Assignment.Condition;
import dev.sallyport.rules.RuleRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads the lines of `assign`, and the names of clients wherever a policy has them.
final class AssignReader {
  private static final List<String> WORDS =
      List.of("token", "address", "listener", "any", "anonymous");
  private static final String PREFIX = "assign";

  private final RuleIds ids;
  private final References references;
  private final Problems problems;
  private final List<Assignment> lines = new ArrayList<>();

  AssignReader(RuleIds ids, References references, Problems problems) {
    this.ids = ids;
    this.references = references;
    this.problems = problems;
  }

  /// What was read, in the order of the files.
  List<Assignment> lines() {
    return lines;
  }

  /// Reads one line.
  void read(Node item) {
    Fields.of("a line of `assign`", item, problems).ifPresent(this::read);
  }

  private void read(Fields fields) {
    fields.notYet(Language.CLIENT_NOT_YET);
    List<Condition> all = conditions(fields);
    Optional<Node.Scalar> profile = fields.scalar("profile");
    Optional<Node.Scalar> id = fields.scalar("id");
    if (!fields.has("profile")) {
      problems.add(fields.place(), "this line assigns no profile", "write `profile: NAME`");
    }
    boolean conditional = fields.hasAny(WORDS) || fields.hasAny(Language.CLIENT_NOT_YET);
    if (!conditional) {
      problems.add(
          fields.place(),
          "this line does not say which clients it means",
          "write one of `token`, `address`, `listener`, `any: true`, `anonymous: true`");
    }
    fields.finish();
    profile.ifPresent(references::toProfile);
    if (profile.isPresent() && !all.isEmpty()) {
      add(all, profile.get().text(), id, fields);
    }
  }

  private void add(List<Condition> all, String profile, Optional<Node.Scalar> id, Fields fields) {
    RuleRef rule =
        id.map(given -> ids.given(given.text(), given.place(), fields.place()))
            .orElseGet(() -> ids.made(PREFIX, Canonical.text(all, profile), fields.place()));
    lines.add(new Assignment(all, profile, rule));
  }

  private List<Condition> conditions(Fields fields) {
    RuleFields rule = new RuleFields(fields, problems);
    List<Condition> all = new ArrayList<>();
    fields.scalar("token").flatMap(this::tokenPattern).ifPresent(all::add);
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
    if (fields.has("token") && fields.has("anonymous")) {
      fields.problem(
          "anonymous",
          "a client that shows a token is not anonymous, so this line never matches",
          "write two lines");
    }
    return all;
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
