package dev.sallyport.rules.check;

import dev.sallyport.rules.Assignment;
import dev.sallyport.rules.Cidr;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.ClientIdentity.Proof;
import dev.sallyport.rules.PolicySource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;

/// The finite partition of all clients that the assignments of some policies induce: no assignment
/// tells two clients of one cell apart.
final class ClientCells {
  /// A name, or a rest of one, that nobody writes in a policy: names have no such character.
  private static final String FRESH = "\u0001";

  private final SequencedMap<Proof, String> proofs = new LinkedHashMap<>();
  private final List<Cidr> ranges = new ArrayList<>();
  private final SequencedSet<String> listeners = new LinkedHashSet<>();
  private final SequencedMap<String, SequencedSet<String>> labels = new LinkedHashMap<>();
  private final SequencedMap<String, SequencedSet<String>> claims = new LinkedHashMap<>();

  private ClientCells() {}

  /// One cell.
  ///
  /// @param client a client of the cell
  /// @param who what it proved, in words
  /// @param span where it comes from
  record Cell(ClientIdentity client, String who, AddressSpan span) {}

  /// Whom some of the cells stand for, in words. Where a client is meant wherever it comes from,
  /// that goes without saying.
  ///
  /// @param all every cell
  static List<String> words(List<Cell> some, List<Cell> all) {
    Map<String, List<AddressSpan>> spans = new LinkedHashMap<>();
    some.forEach(cell -> spans.computeIfAbsent(cell.who, key -> new ArrayList<>()).add(cell.span));
    List<String> words = new ArrayList<>();
    spans.forEach(
        (who, meant) -> {
          long everywhere = all.stream().filter(cell -> cell.who.equals(who)).count();
          if (meant.size() == everywhere) {
            words.add(who);
          } else {
            meant.forEach(span -> words.add(who + " from " + span.text()));
          }
        });
    return words;
  }

  /// The cells that the assignments of these policies make.
  static List<Cell> of(PolicySource... policies) {
    ClientCells cells = new ClientCells();
    for (PolicySource policy : policies) {
      for (Assignment line : policy.assign()) {
        line.all().forEach(cells::add);
      }
    }
    cells.proofs.put(new Proof.Token(FRESH), "any other token");
    cells.proofs.put(new Proof.OwnListener(), "the client of a listener of its own");
    cells.proofs.put(new Proof.Nothing(), "no token");
    return cells.product();
  }

  private void add(Assignment.Condition condition) {
    switch (condition) {
      case Assignment.Condition.TokenNamed(var pattern) -> token(pattern);
      case Assignment.Condition.From(var range) -> ranges.add(range);
      case Assignment.Condition.Through(var listener) -> listeners.add(listener);
      case Assignment.Condition.Labelled(var wanted) -> wanted.forEach((n, v) -> add(labels, n, v));
      case Assignment.Condition.Claiming(var wanted) -> wanted.forEach((n, v) -> add(claims, n, v));
      case Assignment.Condition.Proven(), Assignment.Condition.Anonymous() -> {}
    }
  }

  private static void add(
      SequencedMap<String, SequencedSet<String>> to, String name, String pattern) {
    to.computeIfAbsent(name, key -> new LinkedHashSet<>()).add(pattern);
  }

  /// Every way in which a client can have these labels: each one absent, or with a value for each
  /// pattern that is written about it.
  private static List<Map<String, String>> choices(
      SequencedMap<String, SequencedSet<String>> written) {
    List<Map<String, String>> all = List.of(Map.of());
    for (Map.Entry<String, SequencedSet<String>> label : written.entrySet()) {
      List<Map<String, String>> longer = new ArrayList<>(all);
      for (Map<String, String> each : all) {
        for (String pattern : label.getValue()) {
          Map<String, String> with = new LinkedHashMap<>(each);
          with.put(label.getKey(), pattern);
          longer.add(with);
        }
      }
      all = longer;
    }
    return all;
  }

  private static Map<String, String> values(Map<String, String> patterns) {
    Map<String, String> values = new LinkedHashMap<>();
    patterns.forEach((name, pattern) -> values.put(name, value(pattern)));
    return values;
  }

  private static String value(String pattern) {
    return pattern.endsWith("*") ? pattern.substring(0, pattern.length() - 1) + FRESH : pattern;
  }

  private static String words(String verb, Map<String, String> patterns) {
    StringBuilder words = new StringBuilder();
    patterns.forEach(
        (name, pattern) ->
            words.append(' ').append(verb).append(' ').append(name).append(' ').append(pattern));
    return words.toString();
  }

  private void token(String pattern) {
    proofs.putIfAbsent(new Proof.Token(value(pattern)), "token " + pattern);
  }

  private List<Cell> product() {
    List<Cell> cells = new ArrayList<>();
    List<String> through = new ArrayList<>(listeners);
    through.add("");
    List<Map<String, String>> claimed = choices(claims);
    proofs.forEach(
        (proof, words) -> {
          boolean proven = !(proof instanceof Proof.Nothing);
          for (Map<String, String> proves :
              proven ? choices(labels) : List.of(Map.<String, String>of())) {
            for (Map<String, String> says : claimed) {
              for (String listener : through) {
                String who =
                    words
                        + words("with", proves)
                        + words("claiming", says)
                        + (listener.isEmpty() ? "" : " through listener " + listener);
                for (AddressSpan span : AddressSpan.of(ranges)) {
                  ClientIdentity client =
                      new ClientIdentity(
                          proof, span.first(), listener, values(proves), values(says));
                  cells.add(new Cell(client, who, span));
                }
              }
            }
          }
        });
    return cells;
  }
}
