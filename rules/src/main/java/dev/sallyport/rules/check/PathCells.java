package dev.sallyport.rules.check;

import dev.sallyport.rules.PathPattern;
import dev.sallyport.rules.RequestRule;
import dev.sallyport.rules.check.PathArea.Ending;
import dev.sallyport.rules.check.PathArea.Slash;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The finite partition of all paths that some rules induce: no rule tells two paths of one cell
/// apart, so that one path of each stands for all of them.
///
/// The cells are, for every node of the tree of patterns, the paths that end there, and at a leaf
/// what lies below it. Where no pattern spells a segment, one with an encoded slash is a cell of
/// its own, or where no rule agrees to any, all of them are one; so are all paths together that no
/// rule on paths can judge.
final class PathCells {
  /// A path that can be read in two ways; for rules all such paths are alike.
  private static final String AMBIGUOUS = "/x/../x";

  private final PathTree tree;
  private final List<Cell> cells = new ArrayList<>();
  private final Map<Cell, Integer> numbers = new HashMap<>();
  private final Set<Slash> slashes;
  private final String fresh;

  /// Paths that end at a node or lie below it.
  private record Cell(int node, boolean below, Ending ending, Slash slash) {}

  private PathCells(PathTree tree, Set<Slash> slashes) {
    this.tree = tree;
    this.slashes = slashes;
    this.fresh = tree.fresh();
  }

  /// The cells of these rules.
  ///
  /// @param slashes with [Slash#ENCODED] when some rule could agree to an encoded slash
  static PathCells of(List<RequestRule> rules, Set<Slash> slashes) {
    PathCells cells = new PathCells(PathTree.of(rules), slashes);
    for (PathTree.Node node : cells.tree.nodes()) {
      cells.add(node);
    }
    return cells;
  }

  private void add(PathTree.Node node) {
    for (Slash slash : slashes) {
      if (node.spellsSlash() && slash == Slash.PLAIN) {
        continue;
      }
      if (!node.segments().isEmpty() && isForm(node, slash)) {
        add(new Cell(node.number(), false, Ending.NONE, slash));
      }
      if (node.isLeaf() && node.isOpen()) {
        endings().forEach(ending -> add(new Cell(node.number(), true, ending, slash)));
      }
    }
  }

  /// Whether some path that ends at a node is of a form.
  private static boolean isForm(PathTree.Node node, Slash slash) {
    return slash == form(node, slash);
  }

  /// The form of paths that end at a node, as near to a form as can be.
  private static Slash form(PathTree.Node node, Slash wanted) {
    if (node.spellsSlash()) {
      return Slash.ENCODED;
    }
    return node.isWild() ? wanted : Slash.PLAIN;
  }

  private void add(Cell cell) {
    numbers.put(cell, cells.size());
    cells.add(cell);
  }

  /// The endings that tell paths below a leaf apart; where none does, all go by the first.
  private Set<Ending> endings() {
    return tree.everyRepository() ? EnumSet.allOf(Ending.class) : EnumSet.of(Ending.NONE);
  }

  /// How many cells there are; they have the numbers from zero on.
  int size() {
    return cells.size() + (slashes.contains(Slash.ENCODED) ? 1 : 2);
  }

  /// Whether the partition is as fine as the rules ask for.
  boolean isComplete() {
    return tree.isComplete();
  }

  /// A path of a cell.
  String path(int number) {
    String encoded = fresh + "%2F" + fresh;
    if (number >= cells.size()) {
      return number == cells.size() ? AMBIGUOUS : "/" + encoded;
    }
    Cell cell = cells.get(number);
    List<String> segments = new ArrayList<>(tree.nodes().get(cell.node).segments());
    boolean still = cell.slash == Slash.ENCODED && !tree.nodes().get(cell.node).spellsSlash();
    for (int i = segments.size() - 1; i >= 0; i--) {
      if (segments.get(i).equals(PathTree.ANY)) {
        segments.set(i, still ? encoded : fresh);
        still = false;
      }
    }
    if (cell.below) {
      segments.add(still ? encoded : fresh);
    }
    String path = "/" + String.join("/", segments);
    return cell.ending == Ending.NONE ? path : path + "/" + cell.ending.part();
  }

  /// The paths of some cells, in few words.
  List<PathArea> areas(BitSet in) {
    if (in.cardinality() == size()) {
      return List.of(new PathArea.Every());
    }
    Map<Shape, EnumMap<Slash, EnumSet<Ending>>> found = new LinkedHashMap<>();
    for (Slash slash : slashes) {
      for (Ending ending : endings()) {
        for (Shape shape : new Look(in, slash, ending).shapes(tree.nodes().getFirst())) {
          found
              .computeIfAbsent(shape, key -> new EnumMap<>(Slash.class))
              .computeIfAbsent(slash, key -> EnumSet.noneOf(Ending.class))
              .add(ending);
        }
      }
    }
    if (in.get(cells.size() + 1)) {
      found
          .computeIfAbsent(
              new Shape(new PathPattern(List.of(), true), List.of()),
              key -> new EnumMap<>(Slash.class))
          .put(Slash.ENCODED, EnumSet.copyOf(endings()));
    }
    List<PathArea> areas = new ArrayList<>();
    found.forEach((shape, where) -> areas.addAll(shape.areas(where, endings().size())));
    if (in.get(cells.size())) {
      areas.add(new PathArea.Ambiguous());
    }
    return areas;
  }

  /// A pattern and what it does not mean.
  private record Shape(PathPattern pattern, List<PathPattern> except) {
    List<PathArea> areas(Map<Slash, EnumSet<Ending>> where, int told) {
      List<PathArea> areas = new ArrayList<>();
      Map<Set<Ending>, Set<Slash>> byEndings = new LinkedHashMap<>();
      where.forEach(
          (slash, endings) ->
              byEndings
                  .computeIfAbsent(
                      told == 1 ? EnumSet.allOf(Ending.class) : endings,
                      key -> EnumSet.noneOf(Slash.class))
                  .add(slash));
      byEndings.forEach(
          (endings, written) ->
              areas.add(new PathArea.Matching(pattern, except, endings, written)));
      return areas;
    }

    /// The same with any segment at a depth.
    Shape wild(int depth) {
      return new Shape(
          wild(pattern, depth), except.stream().map(each -> wild(each, depth)).toList());
    }

    private static PathPattern wild(PathPattern pattern, int depth) {
      List<String> segments = new ArrayList<>(pattern.segments());
      segments.set(depth, PathTree.ANY);
      return new PathPattern(segments, pattern.open());
    }

    Shape but(List<PathPattern> more) {
      List<PathPattern> all = new ArrayList<>(except);
      all.addAll(more);
      return new Shape(pattern, all);
    }
  }

  /// Looks at the paths of one form only. Cells of another form do not count, but as if they did
  /// they may make a beginning whole, so that fewer words say the same.
  private final class Look {
    private final BitSet in;
    private final Slash slash;
    private final Ending ending;
    private final BitSet whole = new BitSet();
    private final BitSet some = new BitSet();

    Look(BitSet in, Slash slash, Ending ending) {
      this.in = in;
      this.slash = slash;
      this.ending = ending;
      // Children have higher numbers than what they lie below.
      for (PathTree.Node node : tree.nodes().reversed()) {
        boolean all = node.segments().isEmpty() || ends(node);
        boolean any = counts(node);
        if (node.isLeaf()) {
          boolean below = !node.isOpen() || below(node);
          all &= below;
          any |= node.isOpen() && below && (slash == Slash.ENCODED || !node.spellsSlash());
        }
        for (PathTree.Node child : node.children().values()) {
          all &= whole.get(child.number());
          any |= some.get(child.number());
        }
        whole.set(node.number(), all);
        some.set(node.number(), any);
      }
    }

    private boolean ends(PathTree.Node node) {
      return isIn(new Cell(node.number(), false, Ending.NONE, form(node, slash)));
    }

    /// Whether the path that ends here is meant and of the form.
    private boolean counts(PathTree.Node node) {
      if (node.segments().isEmpty() || !ends(node) || !isForm(node, slash)) {
        return false;
      }
      return endings().size() == 1 || Ending.of("/" + String.join("/", node.segments())) == ending;
    }

    private boolean below(PathTree.Node node) {
      return isIn(
          new Cell(node.number(), true, ending, node.spellsSlash() ? Slash.ENCODED : slash));
    }

    private boolean isIn(Cell cell) {
      Integer number = numbers.get(cell);
      return number != null && in.get(number);
    }

    private List<Shape> shapes(PathTree.Node node) {
      if (!some.get(node.number())) {
        return List.of();
      }
      if (whole.get(node.number())) {
        return List.of(shape(node, node.isOpen()));
      }
      return node.isLeaf() ? leaf(node) : branch(node);
    }

    private List<Shape> leaf(PathTree.Node node) {
      return node.isOpen() && below(node)
          ? List.of(shape(node, true).but(List.of(pattern(node, false))))
          : List.of(shape(node, false));
    }

    private List<Shape> branch(PathTree.Node node) {
      int other = node.other().number();
      boolean most = whole.get(other) && some.get(other);
      List<Shape> inside = most ? List.of(shape(node, true)) : shapes(node.other());
      List<PathPattern> except = new ArrayList<>();
      List<Shape> apart = new ArrayList<>();
      if (!node.segments().isEmpty()) {
        if (most && !ends(node)) {
          except.add(pattern(node, false));
        } else if (!most && counts(node)) {
          apart.add(shape(node, false));
        }
      }
      int depth = node.segments().size();
      node.children()
          .forEach(
              (segment, child) -> {
                if (child.number() == other || (most && whole.get(child.number()))) {
                  return;
                }
                if (most && child.isLeaf() && child.isOpen() && below(child)) {
                  // All but the path that ends here.
                  except.add(pattern(child, false));
                  return;
                }
                List<Shape> own = shapes(child);
                boolean alike =
                    !most
                        && !segment.isEmpty()
                        && own.stream().map(each -> each.wild(depth)).toList().equals(inside);
                if (!alike) {
                  apart.addAll(own);
                }
                if (!alike && (most || !segment.isEmpty())) {
                  except.add(pattern(child, child.isOpen()));
                }
              });
      List<Shape> all = new ArrayList<>();
      inside.forEach(each -> all.add(each.but(except)));
      all.addAll(apart);
      return all;
    }

    private Shape shape(PathTree.Node node, boolean open) {
      return new Shape(pattern(node, open), List.of());
    }

    private static PathPattern pattern(PathTree.Node node, boolean open) {
      return new PathPattern(node.segments(), open);
    }
  }
}
