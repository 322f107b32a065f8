package dev.sallyport.rules.check;

import dev.sallyport.rules.RequestRule;
import dev.sallyport.rules.RequestRules;
import dev.sallyport.rules.RequestSight;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;

/// The finite partition of all queries and header fields that some rules induce: for every name and
/// field that a rule asks for each value, and one that stands for all others, absence included.
final class TermCells {
  /// Combinations at most; beyond them further names are left out, and [#isComplete] says so.
  static final int MAX_COMBINATIONS = 4096;

  /// A parameter that no rule asks for: no name in a policy has such a character.
  private static final String FRESH = "\u007f";

  private final List<Term.Subject> subjects = new ArrayList<>();
  private final List<List<String>> values = new ArrayList<>();
  private final List<Combination> cells = new ArrayList<>();
  private boolean complete = true;

  /// A choice for each subject: the number of a value, or how many there are, which is any other.
  private record Combination(List<Integer> choices, String query, Map<String, String> headers) {}

  private TermCells() {}

  /// The cells of these rules.
  static TermCells of(Collection<RequestRules> rules) {
    SequencedMap<Term.Subject, SequencedSet<String>> asked = new LinkedHashMap<>();
    rules.stream()
        .flatMap(each -> each.all().stream())
        .distinct()
        .forEach(rule -> collect(rule, asked));
    TermCells cells = new TermCells();
    // The whole query comes first: where it is one that a rule spells, names say no more.
    if (asked.containsKey(new Term.Subject.WholeQuery())) {
      cells.subject(new Term.Subject.WholeQuery(), asked);
    }
    int combinations = 1;
    for (Term.Subject subject : asked.keySet()) {
      combinations *= asked.get(subject).size() + 1;
      if (combinations > MAX_COMBINATIONS) {
        cells.complete = false;
        break;
      }
      if (!(subject instanceof Term.Subject.WholeQuery)) {
        cells.subject(subject, asked);
      }
    }
    cells.combine(new ArrayList<>(), "", new LinkedHashMap<>());
    return cells;
  }

  private static void collect(
      RequestRule rule, SequencedMap<Term.Subject, SequencedSet<String>> asked) {
    switch (rule) {
      case RequestRule.Conditions(var _, var _, var query, var headers) -> {
        query.forEach((name, listed) -> add(new Term.Subject.Query(name), listed, asked));
        headers.forEach((name, listed) -> add(new Term.Subject.Header(name), listed, asked));
      }
      case RequestRule.Git _ -> {
        add(new Term.Subject.WholeQuery(), List.of(""), asked);
        RequestRule.Git.QUERIES.forEach(
            query -> add(new Term.Subject.WholeQuery(), List.of("?" + query), asked));
      }
      case RequestRule.Mcp mcp ->
          add(
              new Term.Subject.WholeQuery(),
              List.of(mcp.query().map(query -> "?" + query).orElse("")),
              asked);
    }
  }

  private static void add(
      Term.Subject subject,
      List<String> listed,
      SequencedMap<Term.Subject, SequencedSet<String>> asked) {
    asked.computeIfAbsent(subject, key -> new LinkedHashSet<>()).addAll(listed);
  }

  private void subject(
      Term.Subject subject, SequencedMap<Term.Subject, SequencedSet<String>> asked) {
    subjects.add(subject);
    values.add(List.copyOf(asked.getOrDefault(subject, new LinkedHashSet<>())));
  }

  private void combine(List<Integer> choices, String query, Map<String, String> headers) {
    int at = choices.size();
    if (at == subjects.size()) {
      cells.add(new Combination(List.copyOf(choices), query, Map.copyOf(headers)));
      return;
    }
    int others = values.get(at).size();
    for (int choice = skips(choices, at) ? others : 0; choice <= others; choice++) {
      List<Integer> longer = new ArrayList<>(choices);
      longer.add(choice);
      Map<String, String> fields = new LinkedHashMap<>(headers);
      String asked = query;
      if (choice < others) {
        String value = values.get(at).get(choice);
        switch (subjects.get(at)) {
          case Term.Subject.WholeQuery() -> asked = value;
          case Term.Subject.Query(var name) ->
              asked = query + (query.isEmpty() ? "?" : "&") + encoded(name) + "=" + encoded(value);
          case Term.Subject.Header(var name) -> fields.put(name, value);
        }
      } else if (subjects.get(at) instanceof Term.Subject.WholeQuery) {
        asked = "?" + encoded(FRESH);
      }
      combine(longer, asked, fields);
    }
  }

  /// Whether a name of the query is settled, because the query as a whole is.
  private boolean skips(List<Integer> choices, int at) {
    return subjects.get(at) instanceof Term.Subject.Query
        && subjects.getFirst() instanceof Term.Subject.WholeQuery
        && choices.getFirst() < values.getFirst().size();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /// How many cells there are; they have the numbers from zero on.
  int size() {
    return cells.size();
  }

  /// Whether the partition is as fine as the rules ask for.
  boolean isComplete() {
    return complete;
  }

  /// A request of a cell.
  RequestSight request(int number, String method, String path) {
    Combination cell = cells.get(number);
    Map<String, List<String>> headers = new LinkedHashMap<>();
    cell.headers.forEach((name, value) -> headers.put(name, List.of(value)));
    return RequestSight.of(method, path + cell.query, headers);
  }

  /// The requests of some cells: one of these lists of terms must hold in whole. A list without
  /// terms is every request.
  List<List<Term>> terms(BitSet in) {
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < cells.size(); i++) {
      all.add(i);
    }
    return terms(in, 0, all);
  }

  private List<List<Term>> terms(BitSet in, int at, List<Integer> among) {
    if (at == subjects.size()) {
      return in.get(among.getFirst()) ? List.of(List.of()) : List.of();
    }
    SequencedMap<Integer, List<Integer>> byChoice = new LinkedHashMap<>();
    for (int number : among) {
      byChoice
          .computeIfAbsent(cells.get(number).choices.get(at), key -> new ArrayList<>())
          .add(number);
    }
    SequencedMap<List<List<Term>>, List<Integer>> alike = new LinkedHashMap<>();
    byChoice.forEach(
        (choice, numbers) ->
            alike
                .computeIfAbsent(terms(in, at + 1, numbers), key -> new ArrayList<>())
                .add(choice));
    if (alike.size() == 1) {
      return alike.firstEntry().getKey();
    }
    List<List<Term>> found = new ArrayList<>();
    alike.forEach(
        (rest, choices) -> {
          Term term = term(at, choices);
          rest.forEach(
              terms -> {
                List<Term> longer = new ArrayList<>(List.of(term));
                longer.addAll(terms);
                found.add(longer);
              });
        });
    return found;
  }

  private Term term(int at, List<Integer> choices) {
    List<String> known = values.get(at);
    boolean others = choices.contains(known.size());
    List<String> listed = new ArrayList<>();
    for (int i = 0; i < known.size(); i++) {
      if (choices.contains(i) != others) {
        listed.add(known.get(i));
      }
    }
    return new Term(subjects.get(at), listed, others);
  }
}
