package dev.sallyport.rules.check;

import dev.sallyport.rules.Profile;
import dev.sallyport.rules.TrafficClass;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// How the profiles of a policy order its classes.
final class ClassOrder {
  private final List<Profile> profiles;
  private final Map<List<TrafficClass>, Boolean> before = new HashMap<>();
  private final Map<List<TrafficClass>, Boolean> together = new HashMap<>();

  ClassOrder(List<Profile> profiles) {
    this.profiles = profiles;
  }

  /// Whether every profile with the second class has the first one before it; no when none has it.
  boolean isAlwaysBefore(TrafficClass first, TrafficClass second) {
    return before.computeIfAbsent(
        List.of(first, second),
        pair -> {
          Predicate<Profile> inOrder =
              profile ->
                  profile.classes().contains(first)
                      && profile.classes().indexOf(first) < profile.classes().indexOf(second);
          List<Profile> having =
              profiles.stream().filter(profile -> profile.classes().contains(second)).toList();
          return !having.isEmpty() && having.stream().allMatch(inOrder);
        });
  }

  /// Whether some profile has both.
  boolean meet(TrafficClass one, TrafficClass other) {
    return together.computeIfAbsent(
        List.of(one, other),
        pair -> profiles.stream().anyMatch(profile -> profile.classes().containsAll(pair)));
  }
}
