package dev.sallyport.rules.load;

import dev.sallyport.rules.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Collects what is wrong while files are read, so that all of it can be said at once. For one
/// thread.
public final class Problems {
  private final List<Problem> found = new ArrayList<>();

  /// Records a problem.
  public void add(Problem problem) {
    found.add(problem);
  }

  /// Records a problem.
  ///
  /// @param hint what to do about it; empty when `what` says it all
  public void add(Place place, String what, String hint) {
    add(new Problem(place, what, hint));
  }

  /// Whether nothing is wrong so far.
  public boolean isEmpty() {
    return found.isEmpty();
  }

  /// What was found, by place.
  public List<Problem> sorted() {
    return found.stream().sorted().toList();
  }

  /// What was found, by place, as `file:line:column: what; hint`.
  public List<String> lines() {
    return sorted().stream().map(Problem::toString).toList();
  }

  /// Ends a load that found a problem.
  ///
  /// @throws LoadException with all problems, when there is one
  public void throwIfAny() throws LoadException {
    if (!isEmpty()) {
      throw new LoadException(sorted());
    }
  }

  /// The lines, one below the other.
  @Override
  public String toString() {
    return lines().stream().collect(Collectors.joining("\n"));
  }
}
