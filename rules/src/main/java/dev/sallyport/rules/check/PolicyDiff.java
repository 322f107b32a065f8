package dev.sallyport.rules.check;

import dev.sallyport.rules.ExpectedDecision.Who;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.Profile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What becomes reachable and what stops being so when one policy takes the place of another.
///
/// Exact, not sampled: the rules of both policies cut all clients, destinations and requests into
/// finitely many cells within which neither policy tells two of them apart, and each cell is judged
/// by both. What is compared is each profile with its namesake, and every standing that a client
/// can have besides: another profile than before, or an exception that is not for everybody.
///
/// @param before the policy that is replaced
/// @param after the one that takes its place
/// @param views only those in which something changes
/// @param leftOut what was not compared, in words, because there are too many combinations
public record PolicyDiff(Policy before, Policy after, List<View> views, List<String> leftOut) {
  public PolicyDiff {
    views = List.copyOf(views);
    leftOut = List.copyOf(leftOut);
  }

  /// Whom a view is about.
  public enum Scope {
    /// All clients of a profile that both policies have.
    PROFILE,
    /// A profile that only one of the policies has and no client gets under it.
    IDLE,
    /// Clients that get another profile than before.
    CLIENTS,
    /// Clients of a profile with exceptions of their own: what is otherwise for them than for the
    /// profile, whose changes are theirs, too.
    EXCEPTED
  }

  /// The changes for some clients.
  ///
  /// @param clients whom this is about, in words; empty for those of a profile
  public record View(Scope scope, List<String> clients, Standing standing, List<Group> groups) {
    public View {
      clients = List.copyOf(clients);
      groups = List.copyOf(groups);
    }

    boolean widens() {
      return scope != Scope.IDLE && groups.stream().anyMatch(group -> group.change().widens());
    }
  }

  /// One change and all requests that it applies to.
  public record Group(Change change, List<Region> regions) {
    public Group {
      regions = List.copyOf(regions);
    }
  }

  /// Compares two policies.
  ///
  /// @param at exceptions and report modes that have ended by then count no more
  public static PolicyDiff of(Policy before, Policy after, Instant at) {
    Standing.Finder standings = new Standing.Finder(before, after, at);
    ClientCells clients = ClientCells.of(before, after, standings);
    Comparison comparison = new Comparison(before, after, at);
    List<View> views = new ArrayList<>();
    for (Standing profile : profiles(before, after)) {
      profile(profile, clients, comparison).ifPresent(views::add);
    }
    clients
        .all()
        .forEach((standing, found) -> clients(standing, found, comparison).ifPresent(views::add));
    List<String> leftOut = new ArrayList<>(comparison.leftOut());
    if (!clients.isComplete()) {
      leftOut.add("some clients that several lines of `assign` or exceptions mean");
    }
    return new PolicyDiff(before, after, views, leftOut);
  }

  private static List<Standing> profiles(Policy before, Policy after) {
    SequencedSet<String> names = new LinkedHashSet<>();
    Stream.of(before, after)
        .flatMap(policy -> policy.source().profiles().stream())
        .map(Profile::name)
        .forEach(names::add);
    return names.stream().map(name -> standing(known(before, name), known(after, name))).toList();
  }

  private static Standing standing(Optional<String> before, Optional<String> after) {
    return new Standing(before, after, Collections.emptySortedSet(), Collections.emptySortedSet());
  }

  private static Optional<String> known(Policy policy, String profile) {
    return policy.source().profiles().stream()
        .map(Profile::name)
        .filter(profile::equals)
        .findFirst();
  }

  private static Optional<View> profile(
      Standing profile, ClientCells clients, Comparison comparison) {
    boolean both = profile.isOfProfile();
    if (!both && isAssigned(profile, clients)) {
      // Its clients have had or now get another one, so they are told of.
      return Optional.empty();
    }
    Scope scope = both ? Scope.PROFILE : Scope.IDLE;
    List<Group> groups = comparison.groups(with(profile.before()), with(profile.after()));
    return view(scope, List.of(), profile, groups);
  }

  private static boolean isAssigned(Standing profile, ClientCells clients) {
    return clients.all().keySet().stream()
        .anyMatch(
            standing ->
                profile.before().isPresent()
                    ? standing.before().equals(profile.before())
                    : standing.after().equals(profile.after()));
  }

  private static Optional<View> clients(
      Standing standing, ClientCells.Found found, Comparison comparison) {
    Who client = new Who.As(found.client());
    List<String> words = List.copyOf(found.words());
    if (!standing.before().equals(standing.after())) {
      return view(Scope.CLIENTS, words, standing, comparison.groups(client, client));
    }
    Who profile = with(standing.before());
    Set<String> exceptions =
        Stream.concat(standing.exceptionsBefore().stream(), standing.exceptionsAfter().stream())
            .collect(Collectors.toSet());
    return view(Scope.EXCEPTED, words, standing, comparison.beside(profile, client, exceptions));
  }

  private static Optional<View> view(
      Scope scope, List<String> clients, Standing standing, List<Group> groups) {
    return groups.isEmpty()
        ? Optional.empty()
        : Optional.of(new View(scope, clients, standing, groups));
  }

  /// No profile has an empty name, so that stands for clients without one.
  private static Who with(Optional<String> profile) {
    return new Who.WithProfile(profile.orElse(""));
  }

  /// Whether anybody can do anything afterwards that they could not do before, have a person asked
  /// for it, or do it for longer. What was not compared counts as if it were so.
  public boolean widens() {
    return !leftOut.isEmpty() || views.stream().anyMatch(View::widens);
  }
}
