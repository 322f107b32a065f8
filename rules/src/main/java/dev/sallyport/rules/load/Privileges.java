package dev.sallyport.rules.load;

import dev.sallyport.rules.Assignment;
import dev.sallyport.rules.Assignment.Condition;
import dev.sallyport.rules.Profile;
import dev.sallyport.rules.UnknownHosts;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Finds lines of `assign` by which a client would gain from saying something of itself, or from
/// hiding who it is.
final class Privileges {
  private final List<Assignment> lines;
  private final Map<String, Profile> profiles = new HashMap<>();
  private final Problems problems;

  private Privileges(List<Assignment> lines, List<Profile> profiles, Problems problems) {
    this.lines = lines;
    this.problems = problems;
    profiles.forEach(profile -> this.profiles.put(profile.name(), profile));
  }

  /// Reports every line by which something could be gained.
  static void check(List<Assignment> lines, List<Profile> profiles, Problems problems) {
    Privileges check = new Privileges(lines, profiles, problems);
    for (int i = 0; i < lines.size(); i++) {
      Assignment line = lines.get(i);
      if (has(line, Condition.Claiming.class::isInstance)) {
        check.claims(line, lines.subList(i + 1, lines.size()));
      }
      if (has(line, Privileges::isCredential)) {
        check.credentials(line, i);
      }
    }
  }

  /// What a client gets that does not make the claim must hold all that it gets when it does.
  private void claims(Assignment line, List<Assignment> later) {
    for (Assignment next : later) {
      if (has(next, Condition.Claiming.class::isInstance) || !canMeet(line, next)) {
        continue;
      }
      if (!within(line.profile(), next.profile())) {
        problems.add(
            line.rule().place(),
            "by claiming this, a client would gain: profile "
                + Problem.quote(line.profile())
                + " is not within "
                + Problem.quote(next.profile())
                + ", which it would have at "
                + next.rule().place().fileAndLine(),
            "claims may only narrow: assign a profile with fewer classes");
        return;
      }
      if (next.all().stream().allMatch(condition -> follows(condition, line))) {
        return;
      }
    }
    problems.add(
        line.rule().place(),
        "by claiming this, a client would gain: without the claim it may have no profile at all",
        "add a line below for the same clients without `claimed`");
  }

  /// What a client gets without its credentials must be within what it gets with them.
  private void credentials(Assignment line, int index) {
    for (int i = 0; i < lines.size(); i++) {
      Assignment other = lines.get(i);
      boolean reachable =
          !has(other, Privileges::isCredential)
              && (i > index || has(other, Condition.Anonymous.class::isInstance))
              && canMeetWithoutCredentials(line, other);
      if (!reachable) {
        continue;
      }
      if (!has(other, Condition.Claiming.class::isInstance)
          && !within(other.profile(), line.profile())) {
        problems.add(
            other.rule().place(),
            "by dropping its credentials a client of "
                + line.rule().place().fileAndLine()
                + " would gain: profile "
                + Problem.quote(other.profile())
                + " is not within "
                + Problem.quote(line.profile()),
            "give clients without credentials no more than those with them");
      }
      if (other.all().stream()
          .allMatch(each -> each instanceof Condition.Anonymous || follows(each, line))) {
        return;
      }
    }
  }

  private boolean within(String less, String more) {
    Optional<Profile> a = Optional.ofNullable(profiles.get(less));
    Optional<Profile> b = Optional.ofNullable(profiles.get(more));
    if (a.isEmpty() || b.isEmpty() || a.get().equals(b.get())) {
      return true; // a missing profile is a problem of its own
    }
    boolean classes = new HashSet<>(b.get().classes()).containsAll(a.get().classes());
    boolean unknown =
        a.get().unknown() == UnknownHosts.DENY || b.get().unknown() == UnknownHosts.ASK;
    boolean report =
        a.get()
            .report()
            .map(
                mode ->
                    b.get()
                        .report()
                        .filter(outer -> !outer.until().isBefore(mode.until()))
                        .isPresent())
            .orElse(true);
    return classes && unknown && report;
  }

  private static boolean has(Assignment line, Predicate<Condition> which) {
    return line.all().stream().anyMatch(which);
  }

  private static boolean isCredential(Condition condition) {
    return switch (condition) {
      case Condition.TokenNamed _, Condition.Proven _, Condition.Labelled _ -> true;
      case Condition.Claiming _, Condition.From _, Condition.Through _, Condition.Anonymous _ ->
          false;
    };
  }

  private static boolean canMeetWithoutCredentials(Assignment line, Assignment other) {
    return line.all().stream()
        .filter(condition -> !isCredential(condition))
        .allMatch(mine -> other.all().stream().allMatch(theirs -> canBoth(mine, theirs)));
  }

  /// Whether one client can meet both lines.
  private static boolean canMeet(Assignment line, Assignment other) {
    return line.all().stream()
        .allMatch(mine -> other.all().stream().allMatch(theirs -> canBoth(mine, theirs)));
  }

  private static boolean canBoth(Condition one, Condition other) {
    return switch (one) {
      case Condition.From(var range) ->
          !(other instanceof Condition.From(var second))
              || range.contains(second)
              || second.contains(range);
      case Condition.Through(var listener) ->
          !(other instanceof Condition.Through(var second)) || listener.equals(second);
      case Condition.TokenNamed(var pattern) ->
          switch (other) {
            case Condition.TokenNamed(var second) -> fits(pattern, second) || fits(second, pattern);
            case Condition.Anonymous() -> false;
            case Condition.Claiming _,
                Condition.From _,
                Condition.Labelled _,
                Condition.Proven _,
                Condition.Through _ ->
                true;
          };
      case Condition.Labelled(var wanted) -> !(other instanceof Condition.Anonymous);
      case Condition.Anonymous() ->
          !(other instanceof Condition.TokenNamed || other instanceof Condition.Labelled);
      case Condition.Claiming _, Condition.Proven _ -> true;
    };
  }

  /// Whether every client that a line means meets a condition.
  private static boolean follows(Condition condition, Assignment line) {
    return has(line, mine -> follows(condition, mine));
  }

  private static boolean follows(Condition wanted, Condition mine) {
    return switch (wanted) {
      case Condition.Proven() -> isCredential(mine);
      case Condition.TokenNamed(var pattern) ->
          mine instanceof Condition.TokenNamed(var inner) && fits(inner, pattern);
      case Condition.From(var range) ->
          mine instanceof Condition.From(var inner) && range.contains(inner);
      case Condition.Through _, Condition.Anonymous _, Condition.Labelled _ -> mine.equals(wanted);
      case Condition.Claiming _ -> false;
    };
  }

  /// Whether everything that the inner pattern means, the outer one means too.
  private static boolean fits(String inner, String outer) {
    return outer.endsWith("*")
        ? inner.startsWith(outer.substring(0, outer.length() - 1))
        : inner.equals(outer);
  }
}
