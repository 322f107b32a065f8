package dev.sallyport.rules.check;

import dev.sallyport.rules.Assignment;
import dev.sallyport.rules.Assignment.Condition;
import dev.sallyport.rules.Cidr;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.ExceptionTerms;
import dev.sallyport.rules.Policy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.stream.Stream;

/// Every standing that clients can have under two policies, each with a client that has it.
///
/// Not every combination of tokens, labels and addresses is tried, but those that lines ask for:
/// each line of the one policy together with each line of the other, or with none, and beside them
/// up to two of the exceptions that are for certain clients. What a client of three such exceptions
/// may do follows from these.
final class ClientCells {
  /// Combinations of lines and exceptions that are looked at, at most.
  static final int MAX_COMBINATIONS = 50_000;

  private static final int EARLIER_NAMED = 2;

  private final Policy before;
  private final Policy after;
  private final Standing.Finder standings;
  private final List<Wanted.Spanned> spans;
  private final SequencedMap<Standing, Found> found = new LinkedHashMap<>();
  private int combinations;

  /// The clients of a standing.
  ///
  /// @param client one of them
  /// @param words all of them, in words
  record Found(ClientIdentity client, SequencedSet<String> words) {}

  private ClientCells(Policy before, Policy after, Standing.Finder standings) {
    this.before = before;
    this.after = after;
    this.standings = standings;
    List<Cidr> ranges = new ArrayList<>();
    Stream.concat(
            Stream.of(before, after)
                .flatMap(policy -> policy.source().assign().stream())
                .flatMap(line -> line.all().stream()),
            standings.exceptions().stream().flatMap(terms -> terms.clients().stream()))
        .forEach(
            condition -> {
              if (condition instanceof Condition.From(var range)) {
                ranges.add(range);
              }
            });
    this.spans = Wanted.Spanned.of(ranges);
  }

  /// The cells of two policies.
  static ClientCells of(Policy before, Policy after, Standing.Finder standings) {
    ClientCells cells = new ClientCells(before, after, standings);
    for (List<Condition> excepted : cells.excepted()) {
      cells.collect(excepted);
    }
    return cells;
  }

  /// Each standing with its clients.
  SequencedMap<Standing, Found> all() {
    return found;
  }

  /// Whether every combination was looked at.
  boolean isComplete() {
    return combinations <= MAX_COMBINATIONS;
  }

  /// Nothing, then the conditions of each exception, then those of every two.
  private List<List<Condition>> excepted() {
    List<List<Condition>> each =
        standings.exceptions().stream().map(ExceptionTerms::clients).distinct().toList();
    Set<List<Condition>> all = new LinkedHashSet<>();
    all.add(List.of());
    all.addAll(each);
    for (List<Condition> one : each) {
      for (List<Condition> other : each) {
        if (!one.equals(other) && all.size() <= MAX_COMBINATIONS) {
          all.add(joined(one, other));
        }
      }
    }
    return List.copyOf(all);
  }

  private void collect(List<Condition> excepted) {
    List<Assignment> old = before.source().assign();
    List<Assignment> now = after.source().assign();
    for (int i = 0; i <= old.size(); i++) {
      List<Condition> first = i < old.size() ? joined(excepted, old.get(i).all()) : excepted;
      if (new Wanted(first).clients(spans).isEmpty()) {
        continue;
      }
      for (int j = 0; j <= now.size(); j++) {
        combinations++;
        if (!isComplete()) {
          return;
        }
        Wanted wanted = new Wanted(j < now.size() ? joined(first, now.get(j).all()) : first);
        for (ClientIdentity client : wanted.clients(spans)) {
          if (isFirst(old, i, client) && isFirst(now, j, client)) {
            add(client, wanted, old.subList(0, i), now.subList(0, j));
          }
        }
      }
    }
  }

  private void add(
      ClientIdentity client, Wanted wanted, List<Assignment> old, List<Assignment> now) {
    Standing standing = standings.of(client);
    if (!standing.isOfProfile()) {
      found
          .computeIfAbsent(standing, key -> new Found(client, new LinkedHashSet<>()))
          .words
          .add(wanted.text() + unless(wanted, old, now));
    }
  }

  /// The earlier lines that some of the clients meet, who are then not meant.
  private String unless(Wanted wanted, List<Assignment> old, List<Assignment> now) {
    List<String> earlier =
        Stream.concat(old.stream(), now.stream())
            .map(line -> new Wanted(line.all()))
            .filter(line -> !wanted.with(line).clients(spans).isEmpty())
            .map(Wanted::text)
            .distinct()
            .toList();
    if (earlier.isEmpty()) {
      return "";
    }
    int more = earlier.size() - EARLIER_NAMED;
    return ", not "
        + String.join(" or ", earlier.subList(0, Math.min(EARLIER_NAMED, earlier.size())))
        + (more > 0 ? " or " + more + " more" : "");
  }

  private static boolean isFirst(List<Assignment> lines, int at, ClientIdentity client) {
    return lines.subList(0, at).stream().noneMatch(line -> line.matches(client))
        && (at == lines.size() || lines.get(at).matches(client));
  }

  private static List<Condition> joined(List<Condition> some, List<Condition> more) {
    List<Condition> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }
}
