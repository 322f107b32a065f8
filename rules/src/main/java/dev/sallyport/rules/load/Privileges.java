package dev.sallyport.rules.load;

import dev.sallyport.rules.Assignment;
import dev.sallyport.rules.Audience;
import dev.sallyport.rules.Profile;
import dev.sallyport.rules.UnknownHosts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds lines of `assign` by which a client would gain from saying something of itself, or from
/// hiding who it is.
final class Privileges {
  private final List<Assignment> lines;
  private final Map<String, Profile> profiles = new HashMap<>();
  private final Problems problems;
  private final List<Boolean> reached = new ArrayList<>();

  private Privileges(List<Assignment> lines, List<Profile> profiles, Problems problems) {
    this.lines = lines;
    this.problems = problems;
    profiles.forEach(profile -> this.profiles.put(profile.name(), profile));
    for (int i = 0; i < lines.size(); i++) {
      reached.add(isReached(i));
    }
  }

  /// Reports every line by which something could be gained.
  static void check(List<Assignment> lines, List<Profile> profiles, Problems problems) {
    Privileges check = new Privileges(lines, profiles, problems);
    for (int i = 0; i < lines.size(); i++) {
      Audience clients = Audience.of(lines.get(i));
      if (check.reached.get(i) && clients.needsClaims()) {
        check.claims(lines.get(i), lines.subList(i + 1, lines.size()));
      } else if (check.reached.get(i) && clients.needsCredentials()) {
        check.credentials(lines.get(i), i);
      }
    }
  }

  /// Whether no earlier line takes all clients of a line away.
  private boolean isReached(int index) {
    Audience clients = Audience.of(lines.get(index));
    return lines.subList(0, index).stream()
        .noneMatch(earlier -> Audience.of(earlier).includes(clients));
  }

  /// What a client gets that does not make the claim must hold all that it gets when it does.
  private void claims(Assignment line, List<Assignment> later) {
    Audience silent = Audience.of(line).withoutClaims();
    for (Assignment next : later) {
      Audience others = Audience.of(next);
      if (others.needsClaims() || !silent.meets(others)) {
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
      if (others.includes(silent)) {
        return;
      }
    }
    problems.add(
        line.rule().place(),
        "by claiming this, a client would gain: without the claim it may have no profile at all",
        "add a line below for the same clients without `claimed`");
  }

  /// What a client gets without its credentials must be within what it gets with them. Lines with
  /// claims are left out: they give less than those without, which are looked at.
  private void credentials(Assignment line, int index) {
    Audience hidden = Audience.of(line).withoutCredentials();
    for (int i = 0; i < lines.size(); i++) {
      Assignment other = lines.get(i);
      Audience others = Audience.of(other);
      // An earlier line for whoever comes from somewhere means the client with its credentials too.
      boolean changes = i > index || others.isAnonymous();
      if (others.needsCredentials() || others.needsClaims() || !changes || !hidden.meets(others)) {
        continue;
      }
      if (reached.get(i) && !within(other.profile(), line.profile())) {
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
      if (others.withoutAnonymous().includes(hidden)) {
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
}
