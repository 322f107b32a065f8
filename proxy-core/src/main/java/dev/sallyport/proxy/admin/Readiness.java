package dev.sallyport.proxy.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Whether the gate takes work now.
///
/// @param obstacles what keeps it from doing so; empty when it does
public record Readiness(List<Obstacle> obstacles) {
  public Readiness {
    obstacles = List.copyOf(obstacles);
  }

  /// Nothing stands in the way.
  public static Readiness ready() {
    return new Readiness(List.of());
  }

  /// The same with one more obstacle.
  public Readiness but(Obstacle obstacle) {
    List<Obstacle> more = new ArrayList<>(obstacles);
    more.add(obstacle);
    return new Readiness(more);
  }

  /// Whether the gate takes work.
  public boolean isReady() {
    return obstacles.isEmpty();
  }

  /// One line for a person or a script: `ready`, or `not ready:` and the words.
  public String text() {
    return isReady()
        ? "ready"
        : obstacles.stream()
            .map(Obstacle::code)
            .collect(Collectors.joining(", ", "not ready: ", ""));
  }

  /// What can stand in the way.
  public enum Obstacle {
    /// No policy is loaded.
    POLICY_UNAVAILABLE("policy-unavailable"),
    /// Audit events cannot be written.
    AUDIT_UNAVAILABLE("audit-unavailable"),
    /// The gate was told to stop and lets open connections end.
    DRAINING("draining");

    private final String code;

    Obstacle(String code) {
      this.code = code;
    }

    /// The word on the page; where there is a reason for it in refusals, the same.
    public String code() {
      return code;
    }
  }
}
