package dev.sallyport.rules.load;

import dev.sallyport.rules.Assignment.Condition;
import dev.sallyport.rules.Entry;
import dev.sallyport.rules.ExceptionTerms;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads the exceptions: entries that are added to a class for some clients and for a time.
final class ExceptionReader {
  private static final List<String> NEEDED =
      List.of("id", "class", "allow", "reason", "owner", "expires");

  private final RuleIds ids;
  private final References references;
  private final Problems problems;
  private final List<Node> written = new ArrayList<>();

  ExceptionReader(RuleIds ids, References references, Problems problems) {
    this.ids = ids;
    this.references = references;
    this.problems = problems;
  }

  /// Takes one exception; it is read when all classes are known.
  void add(Node item) {
    written.add(item);
  }

  /// The entries of all exceptions by the name of the class that they add to.
  Map<String, List<Entry>> read(ClassReader classes) {
    Map<String, List<Entry>> entries = new LinkedHashMap<>();
    for (Node item : written) {
      Fields.of("an exception", item, problems).ifPresent(fields -> read(fields, classes, entries));
    }
    return entries;
  }

  private void read(Fields fields, ClassReader classes, Map<String, List<Entry>> into) {
    Optional<Node.Scalar> id = fields.scalar("id");
    Optional<Node.Scalar> className = fields.scalar("class");
    className.ifPresent(references::toClass);
    Optional<Node> allow = fields.node("allow");
    List<Condition> clients = clients(fields);
    Optional<String> reason = fields.line("reason", Language.MAX_LINE);
    Optional<String> owner = fields.line("owner", Language.MAX_LINE);
    Optional<String> reviewer = fields.line("reviewer", Language.MAX_LINE);
    Optional<String> control = fields.line("compensating-control", Language.MAX_LINE);
    Optional<Instant> expires = fields.timestamp("expires");
    for (String key : NEEDED) {
      if (!fields.has(key)) {
        problems.add(
            fields.place(), "this exception has no " + Problem.quote(key), "write `" + key + ":`");
      }
    }
    fields.finish();
    if (id.isPresent() && className.isPresent() && allow.isPresent() && expires.isPresent()) {
      ExceptionTerms terms =
          new ExceptionTerms(
              id.get().text(),
              clients,
              reason.orElse(""),
              owner.orElse(""),
              reviewer,
              control,
              expires.get());
      String name = className.get().text();
      EntryReader reader =
          new EntryReader(
              name,
              classes.terms(name),
              Optional.of(new EntryReader.Exceptional(terms, id.get(), fields.place())),
              ids,
              problems);
      reader.read(allow.get());
      if (reader.unseeing().isPresent()) {
        classes.terms(name).sightKey().ifPresent(key -> Sight.missing(fields, name, key));
      }
      into.computeIfAbsent(name, key -> new ArrayList<>()).addAll(reader.entries());
    }
  }

  private List<Condition> clients(Fields fields) {
    Optional<Fields> audience = fields.fields("for");
    if (audience.isEmpty()) {
      if (fields.has("for") && fields.node("for").isEmpty()) {
        fields.problem(
            "for", "`for` names no client", "write `for: {token: NAME}` or leave it out");
      }
      return List.of();
    }
    Fields inside = audience.get();
    inside.notYet(Language.CLIENT_NOT_YET);
    List<Condition> all = new ClientConditions(inside, problems).read();
    if (inside.has("claimed")) {
      inside.known(List.of("claimed"));
      inside.problem(
          "claimed",
          "an exception allows more, and a claim may only narrow",
          "name what is proven");
    }
    if (inside.has("anonymous")) {
      inside.problem(
          "anonymous",
          "a client could drop its credentials and gain this exception",
          "leave out `for` to mean every client of the profile");
    }
    if (inside.isEmpty()) {
      problems.add(inside.place(), "`for` names no client", "write `for: {token: NAME}`");
    }
    inside.finish();
    return all;
  }
}
