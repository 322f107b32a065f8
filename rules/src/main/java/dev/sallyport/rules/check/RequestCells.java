package dev.sallyport.rules.check;

import dev.sallyport.rules.Reason;
import dev.sallyport.rules.RequestRule;
import dev.sallyport.rules.RequestRules;
import dev.sallyport.rules.RequestSight;
import dev.sallyport.rules.check.PathArea.Slash;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The finite partition of all requests to a destination that some rules induce: no rule tells two
/// requests of one cell apart, so that one request of each stands for all of them.
///
/// Methods are cut first, then for each set of methods the paths, then for each cell of paths the
/// queries and header fields; at every step only rules count that could still agree.
final class RequestCells {
  /// What is objected to after the method and the path.
  private static final Set<Reason> LATER =
      EnumSet.of(Reason.QUERY_NOT_ALLOWED, Reason.HEADER_NOT_ALLOWED);

  private final List<Rank> ranks = new ArrayList<>();
  private final List<RequestSight> requests = new ArrayList<>();
  private final Set<Slash> slashes;
  private boolean complete = true;

  /// The cells of one set of methods, the terms for each cell of paths.
  ///
  /// @param first the number of the first cell
  private record Rank(MethodSet methods, PathCells paths, List<TermCells> terms, int first) {}

  private record Place(PathArea paths, List<Term> terms) {}

  private RequestCells(Set<Slash> slashes) {
    this.slashes = slashes;
  }

  /// The cells of the rules that stand for a destination.
  ///
  /// @param slashes with [Slash#ENCODED] where an encoded slash could pass
  static RequestCells of(Collection<RequestRules> rules, Set<Slash> slashes) {
    RequestCells cells = new RequestCells(slashes);
    for (MethodSet methods : MethodSet.partition(rules)) {
      cells.add(methods, rules);
    }
    return cells;
  }

  private void add(MethodSet methods, Collection<RequestRules> rules) {
    String method = methods.any();
    List<RequestRules> alive = new ArrayList<>();
    for (RequestRules each : rules) {
      if (each.all().stream().allMatch(rule -> MethodSet.isMeant(method, rule))) {
        alive.add(each);
      }
    }
    List<RequestRule> looking =
        alive.stream().flatMap(each -> each.all().stream()).distinct().toList();
    PathCells paths = PathCells.of(looking, slashes);
    complete &= paths.isComplete();
    List<RequestRules> asking = alive.stream().filter(RequestCells::hasTerms).toList();
    Map<List<RequestRules>, TermCells> known = new HashMap<>();
    List<TermCells> terms = new ArrayList<>();
    int first = requests.size();
    for (int i = 0; i < paths.size(); i++) {
      String path = paths.path(i);
      List<RequestRules> agreeing =
          asking.stream().filter(each -> couldAgree(each, method, path)).toList();
      TermCells here = known.computeIfAbsent(agreeing, TermCells::of);
      complete &= here.isComplete();
      terms.add(here);
      for (int j = 0; j < here.size(); j++) {
        requests.add(here.request(j, method, path));
      }
    }
    ranks.add(new Rank(methods, paths, terms, first));
  }

  /// The rules that ask something of the query or the fields of such requests.
  static List<RequestRules> asking(Collection<RequestRules> rules, String method, String path) {
    return rules.stream().filter(each -> hasTerms(each) && couldAgree(each, method, path)).toList();
  }

  private static boolean hasTerms(RequestRules rules) {
    return rules.all().stream()
        .anyMatch(
            rule ->
                !(rule instanceof RequestRule.Conditions asked)
                    || !asked.query().isEmpty()
                    || !asked.headers().isEmpty());
  }

  /// Whether only the query or a field could be in the way. A deny rule also reads an encoded slash
  /// as a plain one.
  private static boolean couldAgree(RequestRules rules, String method, String path) {
    return couldAgree(rules, RequestSight.of(method, path))
        || couldAgree(rules, RequestSight.of(method, path.replace("%2F", "/")));
  }

  private static boolean couldAgree(RequestRules rules, RequestSight bare) {
    return rules.objection(bare).map(LATER::contains).orElse(true);
  }

  /// A request of every cell; the cells have the numbers of this list.
  List<RequestSight> requests() {
    return requests;
  }

  /// Whether the partition is as fine as the rules ask for.
  boolean isComplete() {
    return complete;
  }

  /// The requests of some cells, in few words.
  List<RequestPart> parts(BitSet in) {
    if (in.cardinality() == requests.size()) {
      return List.of(RequestPart.ALL);
    }
    Map<Place, MethodSet> found = new LinkedHashMap<>();
    for (Rank rank : ranks) {
      Map<List<Term>, BitSet> byTerms = new LinkedHashMap<>();
      int number = rank.first;
      for (int i = 0; i < rank.terms.size(); i++) {
        TermCells terms = rank.terms.get(i);
        BitSet here = in.get(number, number + terms.size());
        number += terms.size();
        if (!here.isEmpty()) {
          for (List<Term> each : terms.terms(here)) {
            byTerms.computeIfAbsent(each, key -> new BitSet()).set(i);
          }
        }
      }
      byTerms.forEach(
          (terms, paths) ->
              rank.paths
                  .areas(paths)
                  .forEach(
                      area -> found.merge(new Place(area, terms), rank.methods, MethodSet::with)));
    }
    List<RequestPart> parts = new ArrayList<>();
    found.forEach(
        (place, methods) -> parts.add(new RequestPart(methods, place.paths, place.terms)));
    return parts;
  }
}
