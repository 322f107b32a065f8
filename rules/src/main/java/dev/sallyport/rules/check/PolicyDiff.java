package dev.sallyport.rules.check;

import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.IdentityMethod;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.Profile;
import dev.sallyport.rules.RuleRef;
import dev.sallyport.rules.Scheme;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.TreeSet;

/// What becomes reachable and what stops being so when one policy takes the place of another.
///
/// Exact, not sampled: the rules of both policies cut all destinations into finitely many cells
/// within which neither policy tells two destinations apart, and each cell is judged by both. What
/// is compared is each profile with its namesake, and the profiles that some client has before and
/// after.
///
/// @param before the policy that is replaced
/// @param after the one that takes its place
/// @param views only those in which something changes
public record PolicyDiff(Policy before, Policy after, List<View> views) {
  private static final Comparator<Group> ORDER =
      Comparator.comparing((Group group) -> group.change().kind())
          .thenComparing(group -> group.change().after())
          .thenComparing(group -> group.change().before())
          .thenComparing(group -> String.join(" ", group.change().differences()));

  public PolicyDiff {
    views = List.copyOf(views);
  }

  /// The changes for whoever has one profile before and one after.
  ///
  /// @param clients whom this is about, in words
  /// @param before the profile under the old policy; empty when there is none
  /// @param after the profile under the new policy; empty when there is none
  public record View(
      List<String> clients, Optional<String> before, Optional<String> after, List<Group> groups) {
    public View {
      clients = List.copyOf(clients);
      groups = List.copyOf(groups);
    }
  }

  /// One change and every destination that it applies to.
  public record Group(Change change, List<Region> regions) {
    public Group {
      regions = List.copyOf(regions);
    }
  }

  /// Compares two policies.
  ///
  /// @param at exceptions and report modes that have ended by then count no more
  public static PolicyDiff of(Policy before, Policy after, Instant at) {
    Comparison comparison = new Comparison(before, after, at);
    Map<ProfilePair, List<ClientCells.Cell>> pairs = new LinkedHashMap<>();
    SequencedSet<String> profiles = new LinkedHashSet<>();
    before.source().profiles().stream().map(Profile::name).forEach(profiles::add);
    after.source().profiles().stream().map(Profile::name).forEach(profiles::add);
    for (String name : profiles) {
      pairs.put(new ProfilePair(known(before, name), known(after, name)), new ArrayList<>());
    }
    List<ClientCells.Cell> cells = ClientCells.of(before.source(), after.source());
    for (ClientCells.Cell cell : cells) {
      ProfilePair pair =
          new ProfilePair(before.profileOf(cell.client()), after.profileOf(cell.client()));
      if (!pair.before().equals(pair.after())) {
        pairs.computeIfAbsent(pair, key -> new ArrayList<>()).add(cell);
      }
    }
    List<View> views = new ArrayList<>();
    pairs.forEach(
        (pair, clients) -> {
          List<Group> groups = comparison.groups(pair);
          if (!groups.isEmpty()) {
            List<String> words = ClientCells.words(clients, cells);
            views.add(new View(words, pair.before(), pair.after(), groups));
          }
        });
    return new PolicyDiff(before, after, views);
  }

  /// Whether anybody can do anything afterwards that they could not do before.
  public boolean widens() {
    return views.stream()
        .flatMap(view -> view.groups().stream())
        .anyMatch(group -> group.change().widens());
  }

  private static Optional<String> known(Policy policy, String profile) {
    return policy.source().profiles().stream()
        .map(Profile::name)
        .filter(profile::equals)
        .findFirst();
  }

  private record ProfilePair(Optional<String> before, Optional<String> after) {}

  /// Judges every cell by both policies.
  private static final class Comparison {
    private final Policy before;
    private final Policy after;
    private final Instant at;
    private final Cut cut;

    Comparison(Policy before, Policy after, Instant at) {
      this.before = before;
      this.after = after;
      this.at = at;
      this.cut = new Cut(List.of(before.source(), after.source()));
    }

    List<Group> groups(ProfilePair pair) {
      Map<Change, Map<Map<Scheme, PortSet>, List<Finding>>> found = new HashMap<>();
      for (HostCells.Cell cell : cut.hosts().all()) {
        judge(cell, pair)
            .forEach(
                (change, finding) ->
                    found
                        .computeIfAbsent(change, key -> new LinkedHashMap<>())
                        .computeIfAbsent(finding.ports(), key -> new ArrayList<>())
                        .add(finding));
      }
      List<Group> groups = new ArrayList<>();
      found.forEach(
          (change, byPorts) -> {
            List<Region> regions = new ArrayList<>();
            byPorts.forEach(
                (ports, findings) -> regions.addAll(Regions.of(cut.hosts(), ports, findings)));
            groups.add(new Group(change, regions));
          });
      return groups.stream().sorted(ORDER).toList();
    }

    private Map<Change, Finding> judge(HostCells.Cell cell, ProfilePair pair) {
      Map<Change, Map<Scheme, PortSet>> changes = new LinkedHashMap<>();
      Map<Change, Optional<RuleRef>> rules = new HashMap<>();
      for (Scheme scheme : Scheme.values()) {
        List<Destination> destinations = cut.destinations(cell.host(), scheme);
        Map<Change, List<Destination>> here = new LinkedHashMap<>();
        for (Destination destination : destinations) {
          Decision was = decide(before, pair.before(), destination);
          Decision is = decide(after, pair.after(), destination);
          if (was.outcome() == Outcome.DENY && is.outcome() == Outcome.DENY) {
            continue;
          }
          Optional<Change> change =
              Change.between(Reach.of(cell.host(), was), Reach.of(cell.host(), is));
          if (change.isPresent()) {
            here.computeIfAbsent(change.get(), key -> new ArrayList<>()).add(destination);
            rules.putIfAbsent(change.get(), is.outcome() == Outcome.DENY ? was.rule() : is.rule());
          }
        }
        here.forEach(
            (change, changed) ->
                changes
                    .computeIfAbsent(change, key -> new EnumMap<>(Scheme.class))
                    .put(scheme, ports(destinations, changed)));
      }
      Map<Change, Finding> findings = new LinkedHashMap<>();
      changes.forEach(
          (change, ports) ->
              findings.put(
                  change, new Finding(cell, ports, rules.getOrDefault(change, Optional.empty()))));
      return findings;
    }

    private static PortSet ports(List<Destination> all, List<Destination> changed) {
      boolean others = changed.contains(all.getLast());
      TreeSet<Integer> ports = new TreeSet<>();
      for (Destination each : all.subList(0, all.size() - 1)) {
        if (changed.contains(each) != others) {
          ports.add(each.port());
        }
      }
      return new PortSet(ports, others);
    }

    private Decision decide(Policy policy, Optional<String> profile, Destination destination) {
      // No profile has an empty name, so that stands for clients without one.
      return policy.decide(profile.orElse(""), IdentityMethod.NONE, destination, at);
    }
  }
}
