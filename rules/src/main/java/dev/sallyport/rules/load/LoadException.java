package dev.sallyport.rules.load;

import java.util.List;
import java.util.stream.Collectors;

/// A file that cannot be used, with everything that is wrong in it. It carries no stack trace: a
/// wrong file is the author's matter, not a failure of the program.
public final class LoadException extends Exception {
  private static final long serialVersionUID = 1L;

  // Exceptions are serializable by inheritance; this one is never sent anywhere.
  private final transient List<Problem> problems;

  /// Makes one of problems in the order in which they are to be shown; its message has one line for
  /// each.
  public LoadException(List<Problem> problems) {
    super(
        problems.stream().map(Problem::toString).collect(Collectors.joining("\n")),
        null,
        false,
        false);
    this.problems = List.copyOf(problems);
  }

  /// What is wrong, by place; at least one.
  public List<Problem> problems() {
    return problems;
  }
}
