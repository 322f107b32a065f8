package dev.sallyport.rules.load;

import dev.sallyport.rules.Assignment;
import dev.sallyport.rules.Assignment.Condition;
import dev.sallyport.rules.RuleRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads the lines of `assign`.
final class AssignReader {
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
    fields.finish();
    profile.ifPresent(references::toProfile);
    if (profile.isPresent() && !all.isEmpty()) {
      add(all, profile.get().text(), id, fields);
    }
  }

  private List<Condition> conditions(Fields fields) {
    ClientConditions clients = new ClientConditions(fields, problems);
    List<Condition> all = clients.read();
    boolean conditional =
        fields.hasAny(ClientConditions.WORDS) || fields.hasAny(Language.CLIENT_NOT_YET);
    clients.labels("claimed").map(Condition.Claiming::new).ifPresent(all::add);
    if (!conditional && fields.has("claimed")) {
      fields.problem(
          "claimed",
          "`claimed` stands alone, and what a client says of itself proves nothing",
          "write it beside one of `token`, `certificate`, `proven`, `address`, `listener`,"
              + " `any: true`");
      return List.of();
    } else if (!conditional) {
      problems.add(
          fields.place(),
          "this line does not say which clients it means",
          "write one of `token`, `certificate`, `proven`, `address`, `listener`, `any: true`,"
              + " `anonymous: true`");
    }
    return all;
  }

  private void add(List<Condition> all, String profile, Optional<Node.Scalar> id, Fields fields) {
    RuleRef rule =
        id.map(given -> ids.given(given.text(), given.place(), fields.place()))
            .orElseGet(() -> ids.made(PREFIX, Canonical.text(all, profile), fields.place()));
    lines.add(new Assignment(all, profile, rule));
  }
}
