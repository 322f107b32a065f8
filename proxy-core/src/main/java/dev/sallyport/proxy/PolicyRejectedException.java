package dev.sallyport.proxy;

import java.util.List;

/// A policy that may not be put in force.
public final class PolicyRejectedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems; // never serialized

  public PolicyRejectedException(List<String> problems) {
    super(String.join("\n", problems), null, false, false);
    this.problems = List.copyOf(problems);
  }

  /// Every problem, each `file:line:column: what; hint`.
  public List<String> problems() {
    return problems;
  }
}
