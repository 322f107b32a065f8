package dev.sallyport.rules.check;

import dev.sallyport.rules.GitRepositories;
import dev.sallyport.rules.PathForm;
import dev.sallyport.rules.PathPattern;
import dev.sallyport.rules.RequestRule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;

/// The patterns of some rules side by side, segment by segment: a node for every beginning of a
/// path that some pattern tells apart from others.
final class PathTree {
  /// A segment that is none of those spelled beside it.
  static final String ANY = "*";

  /// Nodes at most; beyond them patterns are not followed any further, and the tree says so.
  static final int MAX_NODES = 50_000;

  private static final String GIT = ".git";

  /// What a path of git's services may go on with, segment by segment.
  private static final List<String> PARTS =
      RequestRule.Git.PARTS.stream().map(part -> part.split("/", -1)[0]).toList();

  private static final String REFS = RequestRule.Git.PARTS.getFirst().split("/", -1)[1];

  private final List<Node> nodes = new ArrayList<>();
  private final Set<String> spelled = new HashSet<>();
  private final boolean everyRepository;
  private boolean complete = true;

  /// A beginning of paths.
  ///
  /// @param segments spelled ones, and [#ANY]
  /// @param children by segment; empty where nothing is told apart below; else it has [#ANY]
  record Node(int number, List<String> segments, SequencedMap<String, Node> children) {
    boolean isLeaf() {
      return children.isEmpty();
    }

    /// Whether paths can go on here: not behind a trailing slash.
    boolean isOpen() {
      return segments.isEmpty() || !segments.getLast().isEmpty();
    }

    /// Whether some segment is none that is spelled.
    boolean isWild() {
      return segments.contains(ANY);
    }

    /// Whether a spelled segment holds an encoded slash.
    boolean spellsSlash() {
      return segments.stream().anyMatch(PathTree::hasSlash);
    }

    Node other() {
      return children.lastEntry().getValue();
    }
  }

  /// Whether a path or a segment holds an encoded slash.
  static boolean hasSlash(String path) {
    return path.indexOf('%') >= 0 && path.toUpperCase(Locale.ROOT).contains("%2F");
  }

  private PathTree(boolean everyRepository) {
    this.everyRepository = everyRepository;
  }

  /// The tree of these rules.
  static PathTree of(List<RequestRule> rules) {
    SequencedSet<PathPattern> patterns = new LinkedHashSet<>();
    boolean every = false;
    for (RequestRule rule : rules) {
      switch (rule) {
        case RequestRule.Conditions asked -> patterns.addAll(asked.paths());
        case RequestRule.Git(var fetch, var push) -> {
          every |= fetch.every() || push.every();
          patterns.addAll(services(fetch));
          patterns.addAll(services(push));
        }
        case RequestRule.Mcp asked -> {
          if (!PathForm.of(asked.path()).isAmbiguous()) {
            patterns.add(new PathPattern(List.of(asked.path().substring(1).split("/", -1)), false));
          }
        }
      }
    }
    PathTree tree = new PathTree(every);
    tree.grow(List.of(), List.copyOf(patterns));
    return tree;
  }

  /// Every node, the root first.
  List<Node> nodes() {
    return nodes;
  }

  /// Whether every pattern is followed to its end.
  boolean isComplete() {
    return complete;
  }

  /// Whether some rule means every repository, so that what a path ends with tells paths apart.
  boolean everyRepository() {
    return everyRepository;
  }

  /// A segment that no pattern spells.
  String fresh() {
    StringBuilder fresh = new StringBuilder("x");
    while (spelled.contains(fresh.toString())) {
      fresh.append('x');
    }
    return fresh.toString();
  }

  /// The paths of git's services for repositories. A name may have `.git` behind it; nothing but
  /// `.git` is no name.
  private static List<PathPattern> services(GitRepositories repositories) {
    List<PathPattern> patterns = new ArrayList<>();
    for (PathPattern listed : repositories.listed()) {
      String name = listed.segments().getLast();
      for (String last : List.of(name, name.equals(ANY) ? GIT : name + GIT)) {
        for (String part : RequestRule.Git.PARTS) {
          List<String> segments = new ArrayList<>(listed.segments());
          segments.set(segments.size() - 1, last);
          segments.addAll(List.of(part.split("/", -1)));
          patterns.add(new PathPattern(segments, false));
        }
      }
    }
    return patterns;
  }

  private Node grow(List<String> segments, List<PathPattern> alive) {
    Node node = new Node(nodes.size(), segments, new LinkedHashMap<>());
    nodes.add(node);
    int depth = segments.size();
    List<PathPattern> pending =
        alive.stream().filter(pattern -> pattern.segments().size() > depth).toList();
    if (pending.isEmpty() || !node.isOpen()) {
      return node;
    }
    if (nodes.size() > MAX_NODES) {
      complete = false;
      return node;
    }
    Map<String, List<PathPattern>> bySegment = new LinkedHashMap<>();
    bySegment.put("", new ArrayList<>());
    if (everyRepository) {
      PARTS.forEach(part -> bySegment.put(part, new ArrayList<>()));
      if (depth > 0 && segments.getLast().equals(PARTS.getFirst())) {
        bySegment.put(REFS, new ArrayList<>());
      }
    }
    for (PathPattern pattern : pending) {
      bySegment
          .computeIfAbsent(pattern.segments().get(depth), key -> new ArrayList<>())
          .add(pattern);
    }
    List<PathPattern> wild = bySegment.getOrDefault(ANY, List.of());
    bySegment.remove(ANY);
    bySegment.forEach(
        (segment, meant) -> {
          meant.addAll(wild);
          spelled.add(segment);
          node.children.put(segment, grow(with(segments, segment), meant));
        });
    node.children.put(ANY, grow(with(segments, ANY), wild));
    return node;
  }

  private static List<String> with(List<String> segments, String last) {
    List<String> longer = new ArrayList<>(segments);
    longer.add(last);
    return List.copyOf(longer);
  }
}
