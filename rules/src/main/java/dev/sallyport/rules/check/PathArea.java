package dev.sallyport.rules.check;

import dev.sallyport.rules.PathForm;
import dev.sallyport.rules.PathPattern;
import dev.sallyport.rules.RequestRule;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Paths that share a fate, in as few words as say it exactly.
public sealed interface PathArea {
  /// Patterns that a text lists as exceptions; more are counted.
  int EXCEPTIONS_NAMED = 3;

  /// Whether a path is meant.
  ///
  /// @param path as it is sent
  boolean contains(String path);

  /// For a person, such as `/repos/acme/**`; empty for every path.
  String text();

  /// What follows the pattern and the ending: the exceptions and the form; empty when nothing does.
  String remark();

  /// Every path, however it is written.
  record Every() implements PathArea {
    @Override
    public boolean contains(String path) {
      return true;
    }

    @Override
    public String text() {
      return "";
    }

    @Override
    public String remark() {
      return "";
    }
  }

  /// The paths that rules on paths cannot judge, for they can be read in two ways.
  record Ambiguous() implements PathArea {
    @Override
    public boolean contains(String path) {
      return PathForm.of(path).isAmbiguous();
    }

    @Override
    public String text() {
      return "";
    }

    @Override
    public String remark() {
      return " by a path that can be read in two ways";
    }
  }

  /// Whether a path holds an encoded slash.
  enum Slash {
    PLAIN,
    ENCODED
  }

  /// Which service of git a path belongs to.
  enum Ending {
    NONE,
    REFS,
    FETCH,
    PUSH;

    /// What such a path ends with; empty when it belongs to no service.
    String part() {
      return this == NONE ? "" : RequestRule.Git.PARTS.get(ordinal() - 1);
    }

    static Ending of(String path) {
      return RequestRule.Git.part(path)
          .map(part -> values()[RequestRule.Git.PARTS.indexOf(part) + 1])
          .orElse(NONE);
    }
  }

  /// The paths that a pattern means.
  ///
  /// @param except not these
  record Matching(
      PathPattern pattern, List<PathPattern> except, Set<Ending> endings, Set<Slash> slashes)
      implements PathArea {
    public Matching {
      except = List.copyOf(except);
      endings = Set.copyOf(endings);
      slashes = Set.copyOf(slashes);
    }

    @Override
    public boolean contains(String path) {
      return pattern.matches(path)
          && except.stream().noneMatch(each -> each.matches(path))
          && slashes.contains(PathTree.hasSlash(path) ? Slash.ENCODED : Slash.PLAIN)
          && (endings.size() == Ending.values().length || endings.contains(Ending.of(path)))
          && !PathForm.of(path).isAmbiguous();
    }

    @Override
    public String text() {
      Optional<Ending> only = endings.size() == 1 ? endings.stream().findFirst() : Optional.empty();
      String part = only.map(Ending::part).orElse("");
      return part.isEmpty() || !pattern.open() ? pattern.toString() : pattern + "/" + part;
    }

    @Override
    public String remark() {
      StringBuilder remark = new StringBuilder();
      if (!except.isEmpty()) {
        int more = except.size() - EXCEPTIONS_NAMED;
        remark.append(" but ");
        remark.append(
            except.stream()
                .limit(more > 1 ? EXCEPTIONS_NAMED : except.size())
                .map(PathPattern::toString)
                .collect(Collectors.joining(", ")));
        remark.append(more > 1 ? " and " + more + " more" : "");
      }
      if (pattern.open() && endings.size() > 1 && endings.size() < Ending.values().length) {
        EnumSet<Ending> missing = EnumSet.allOf(Ending.class);
        missing.removeAll(endings);
        remark.append(" but what ends in ");
        remark.append(missing.stream().map(Ending::part).collect(Collectors.joining(" or ")));
      } else if (pattern.open() && endings.equals(Set.of(Ending.NONE))) {
        remark.append(" but git's services");
      }
      if (slashes.contains(Slash.ENCODED)) {
        boolean both = slashes.contains(Slash.PLAIN);
        remark.append(both ? ", encoded slashes included" : " with an encoded slash");
      }
      return remark.toString();
    }
  }
}
