package dev.sallyport.rules.check;

import dev.sallyport.rules.HostRules;
import dev.sallyport.rules.RequestRule;
import dev.sallyport.rules.RequestRules;
import dev.sallyport.rules.RequestSight;
import dev.sallyport.rules.Scheme;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/// The requests that a record could tell of, as far as a policy tells them apart. A record knows
/// neither queries nor header fields, and of paths not everything: whoever judges it judges every
/// request that it could have been.
public final class PossibleRequests {
  /// Requests at most; a record that could tell of more says too little.
  public static final int MAX = 20_000;

  private static final String FRESH_QUERY = "\u007f";

  private final Set<RequestRules> rules;
  private final Recorded recorded;
  private final List<RequestSight> found = new ArrayList<>();

  /// What a record says of a request.
  ///
  /// @param path empty when it is not known, or not to its end
  /// @param mask what stands in the path for a segment that is not known
  /// @param queryLength octets; empty when there is no query
  /// @param webSocket whether it began a WebSocket
  public record Recorded(
      String method,
      Optional<String> path,
      String mask,
      OptionalInt queryLength,
      boolean webSocket) {}

  private PossibleRequests(Set<RequestRules> rules, Recorded recorded) {
    this.rules = rules;
    this.recorded = recorded;
  }

  /// The requests to tell apart; empty when they are more than [#MAX].
  ///
  /// @param host the rules for the host
  public static Optional<List<RequestSight>> of(
      HostRules host, Scheme scheme, int port, Recorded recorded) {
    Set<RequestRules> rules = host.requests(scheme, port);
    return new PossibleRequests(rules, recorded).all();
  }

  /// Any requests to a host, when nothing is known of them; empty when they are more than [#MAX].
  public static Optional<List<RequestSight>> of(HostRules host, Scheme scheme, int port) {
    RequestCells cells =
        RequestCells.of(host.requests(scheme, port), EnumSet.allOf(PathArea.Slash.class));
    return cells.isComplete() && cells.requests().size() <= MAX
        ? Optional.of(List.copyOf(cells.requests()))
        : Optional.empty();
  }

  private Optional<List<RequestSight>> all() {
    for (String path : paths()) {
      List<RequestRules> asking = RequestCells.asking(rules, recorded.method, path);
      TermCells terms = TermCells.of(asking);
      for (int i = 0; i < terms.size(); i++) {
        Optional.of(terms.request(i, recorded.method, path))
            .map(request -> recorded.webSocket ? request.forWebSocket() : request)
            .filter(request -> request.asksForWebSocket() == recorded.webSocket)
            .flatMap(request -> asRecorded(request, asking))
            .ifPresent(found::add);
      }
      if (!terms.isComplete() || found.size() > MAX) {
        return Optional.empty();
      }
    }
    return found.isEmpty() ? Optional.empty() : Optional.of(found);
  }

  /// The request as far as it agrees with what is known of the query; empty when it does not.
  private Optional<RequestSight> asRecorded(RequestSight request, Collection<RequestRules> asking) {
    Set<String> whole = wholeQueries(asking);
    String query = Term.whole(request);
    if (recorded.queryLength.isEmpty()) {
      return request.query().isEmpty() ? Optional.of(request) : Optional.empty();
    }
    if (whole.contains(query)) {
      return query.length() == recorded.queryLength.getAsInt() + 1
          ? Optional.of(request)
          : Optional.empty();
    }
    return Optional.of(
        request.query().isPresent()
            ? request
            : new RequestSight(
                request.method(), request.path(), Optional.of(FRESH_QUERY), request.headers()));
  }

  private static Set<String> wholeQueries(Collection<RequestRules> asking) {
    Set<String> whole = new LinkedHashSet<>();
    for (RequestRule rule : asking.stream().flatMap(each -> each.all().stream()).toList()) {
      if (rule instanceof RequestRule.Git) {
        whole.add("");
        RequestRule.Git.QUERIES.forEach(query -> whole.add("?" + query));
      } else if (rule instanceof RequestRule.Mcp mcp) {
        whole.add(mcp.query().map(query -> "?" + query).orElse(""));
      }
    }
    return whole;
  }

  private List<String> paths() {
    if (recorded.path.isEmpty()) {
      PathCells cells = PathCells.of(looking(), EnumSet.allOf(PathArea.Slash.class));
      List<String> paths = new ArrayList<>();
      for (int i = 0; i < cells.size(); i++) {
        paths.add(cells.path(i));
      }
      return paths;
    }
    List<String> paths = List.of("");
    String[] segments = recorded.path.get().split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      List<String> here = segments[i].equals(recorded.mask) ? spelled() : List.of(segments[i]);
      String before = i == 0 ? "" : "/";
      paths =
          paths.stream()
              .flatMap(path -> here.stream().map(segment -> path + before + segment))
              .limit(MAX + 1L)
              .toList();
    }
    return paths;
  }

  /// What a segment that is not known could be: any that a rule spells, or another.
  private List<String> spelled() {
    PathTree tree = PathTree.of(looking());
    return Stream.concat(
            Stream.of(tree.fresh()),
            tree.nodes().stream()
                .filter(node -> !node.segments().isEmpty())
                .map(node -> node.segments().getLast())
                .filter(segment -> !segment.isEmpty() && !segment.equals(PathTree.ANY))
                .distinct())
        .toList();
  }

  private List<RequestRule> looking() {
    return rules.stream().flatMap(each -> each.all().stream()).distinct().toList();
  }
}
