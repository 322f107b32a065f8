package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.audit.query.Condition;
import dev.sallyport.proxy.audit.query.Field;
import dev.sallyport.proxy.audit.query.Operator;
import dev.sallyport.proxy.audit.query.QueryException;
import dev.sallyport.proxy.audit.query.SessionTrace;
import dev.sallyport.proxy.audit.query.Value;
import dev.sallyport.proxy.audit.query.Where;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which events a command looks at. Of an option that is given several times one value must fit; of
/// different options all must.
final class FilterOptions {
  /// Where a session's id may stand: the gate's own, the client's word, a label, a claim.
  private static final List<String> SESSION =
      List.of("sallyport.session.id", "session.id", "label.session", "claimed.session");

  @Option(names = "--class", paramLabel = "CLASS", description = "Of this traffic class.")
  private List<String> classes = new ArrayList<>();

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "To this host, or with .example.com to every name below that domain.")
  private List<String> hosts = new ArrayList<>();

  @Option(names = "--decision", paramLabel = "WORD", description = "allow, deny or ask.")
  private List<String> decisions = new ArrayList<>();

  @Option(names = "--reason", paramLabel = "CODE", description = "With this reason.")
  private List<String> reasons = new ArrayList<>();

  @Option(names = "--user", paramLabel = "NAME", description = "Of this client, as proven.")
  private List<String> users = new ArrayList<>();

  @Option(
      names = "--session",
      paramLabel = "ID",
      description = {
        "Of this session, by the gate's name for it or by the client's own. By the latter also what"
            + " came before",
        "it was first named, and what its connections did."
      })
  private List<String> sessions = new ArrayList<>();

  @Option(names = "--label", paramLabel = "NAME=VALUE", description = "With this label, as proven.")
  private List<String> labels = new ArrayList<>();

  @Option(
      names = "--claimed",
      paramLabel = "NAME=VALUE",
      description = "With this label, as the client merely claims it.")
  private List<String> claims = new ArrayList<>();

  @Option(
      names = "--where",
      paramLabel = "CONDITION",
      description = {
        "As free as in: class = model and not (host = .example.com or sent > 1MiB).",
        "Operators: = != < <= > >= and ~ for `contains`; fields by their name or a short one:"
            + " time,",
        "event, client, user, host, port, sni, method, path, status, class, profile, decision,",
        "reason, rule, source, mode, policy, sent, received, duration (ms), end, label.NAME,",
        "claimed.NAME and more."
      })
  private @Nullable String where;

  /// All of it as one condition.
  ///
  /// @param log where a session is looked for before
  /// @throws CommandFailure when something cannot be understood
  Condition condition(Path log) throws CommandFailure, IOException {
    try {
      List<Condition> all = new ArrayList<>();
      any(all, "class", classes);
      any(all, "host", hosts);
      any(all, "decision", decisions);
      any(all, "reason", reasons);
      any(all, "user", users);
      sessions(all, log);
      labels(all, "label", labels);
      labels(all, "claimed", claims);
      String free = where;
      if (free != null) {
        all.add(Where.parse(free));
      }
      return new Condition.All(all);
    } catch (QueryException wrong) {
      throw CommandFailure.unusable(wrong.sentence());
    }
  }

  /// Whether nothing is asked for.
  boolean isEmpty() {
    return where == null
        && Stream.of(classes, hosts, decisions, reasons, users, sessions, labels, claims)
            .allMatch(List::isEmpty);
  }

  /// Whether a session is asked for that has a chain of its own, as those of `sallyport run` do.
  boolean namesChain(String chain) {
    return sessions.stream().anyMatch(session -> chain.equals(session + ".jsonl"));
  }

  private static void any(List<Condition> all, String field, List<String> values)
      throws QueryException {
    List<Condition> any = new ArrayList<>();
    for (String value : values) {
      any.add(equal(field, value));
    }
    if (!any.isEmpty()) {
      all.add(new Condition.Any(any));
    }
  }

  private void sessions(List<Condition> all, Path log) throws QueryException, IOException {
    List<Condition> any = new ArrayList<>();
    for (String session : sessions) {
      for (String field : SESSION) {
        any.add(equal(field, session));
      }
      any.add(new Condition.Traced(SessionTrace.of(session, log)));
    }
    if (!any.isEmpty()) {
      all.add(new Condition.Any(any));
    }
  }

  private static void labels(List<Condition> all, String sort, List<String> labels)
      throws QueryException, CommandFailure {
    for (String label : labels) {
      int sign = label.indexOf('=');
      if (sign <= 0) {
        throw CommandFailure.unusable(
            "`--%s` expects NAME=VALUE, as in `--%s repository=acme/shop`; found `%s`"
                .formatted(sort, sort, label));
      }
      all.add(equal(sort + "." + label.substring(0, sign), label.substring(sign + 1)));
    }
  }

  private static Condition equal(String name, String value) throws QueryException {
    Field field = Field.named(name);
    return new Condition.Compare(field, Operator.EQUAL, Value.of(field, value));
  }
}
