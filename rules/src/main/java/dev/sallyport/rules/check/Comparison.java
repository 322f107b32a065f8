package dev.sallyport.rules.check;

import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.ExpectedDecision.Who;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.RequestSight;
import dev.sallyport.rules.RuleRef;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.Treatment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Judges every cell by both policies, for one kind of client after the other. For one thread.
final class Comparison {
  private static final Comparator<PolicyDiff.Group> ORDER =
      Comparator.comparing((PolicyDiff.Group group) -> group.change().kind())
          .thenComparing(group -> group.change().after())
          .thenComparing(group -> group.change().before())
          .thenComparing(group -> String.join(" ", group.change().differences()));

  private final Policy before;
  private final Policy after;
  private final Instant at;
  private final Cut cut;
  private final Set<String> leftOut = new LinkedHashSet<>();

  Comparison(Policy before, Policy after, Instant at) {
    this.before = before;
    this.after = after;
    this.at = at;
    this.cut = new Cut(before, after);
  }

  /// Where the requests are not cut as finely as the rules ask for.
  Set<String> leftOut() {
    return leftOut;
  }

  /// What changes for clients, by what they are under the old policy and the new.
  List<PolicyDiff.Group> groups(Who was, Who is) {
    return groups(changed(was, is), new Question(new Asked(was, is), Optional.empty()));
  }

  /// What changes for a client otherwise than for all of its profile, because of exceptions.
  List<PolicyDiff.Group> beside(Who profile, Who client, Set<String> exceptions) {
    List<HostPattern> excepted =
        Stream.of(before, after)
            .flatMap(policy -> policy.source().classes().stream())
            .flatMap(from -> from.allow().stream())
            .filter(
                entry ->
                    entry.exception().filter(terms -> exceptions.contains(terms.id())).isPresent())
            .map(entry -> entry.hosts())
            .toList();
    List<HostCells.Cell> cells =
        cut.hosts().all().stream()
            .filter(
                cell ->
                    excepted.stream()
                        .anyMatch(
                            hosts ->
                                HostRelation.of(hosts, cell.host())
                                    .filter(HostRelation.MATCHES::equals)
                                    .isPresent()))
            .toList();
    return groups(
        cells, new Question(new Asked(client, client), Optional.of(new Asked(profile, profile))));
  }

  /// What a question is about: clients, by what they are under the old policy and the new.
  private record Asked(Who was, Who is) {}

  /// Clients, and beside them the profile whose changes are told already.
  private record Question(Asked asked, Optional<Asked> beside) {}

  /// One destination, with what a CONNECT there gets: a tunnel hides requests, so whatever may be
  /// tunnelled is allowed whole or not at all.
  private final class Spot {
    private final Asked asked;
    private final Destination destination;
    private final Decision old;
    private final Decision now;

    Spot(Asked asked, Destination destination) {
      this.asked = asked;
      this.destination = destination;
      this.old = PolicyTests.decide(before, asked.was, destination, Optional.empty(), at);
      this.now = PolicyTests.decide(after, asked.is, destination, Optional.empty(), at);
    }

    boolean isSeen() {
      return isSeen(old) || isSeen(now);
    }

    private boolean isSeen(Decision connect) {
      return destination.scheme() == Scheme.HTTP || connect.treatment() == Treatment.INTERCEPT;
    }

    Decision old(Optional<RequestSight> request) {
      return request.isPresent() && isSeen(old)
          ? PolicyTests.decide(before, asked.was, destination, request, at)
          : old;
    }

    Decision now(Optional<RequestSight> request) {
      return request.isPresent() && isSeen(now)
          ? PolicyTests.decide(after, asked.is, destination, request, at)
          : now;
    }

    Optional<Change> change(Optional<RequestSight> request) {
      Decision was = old(request);
      Decision is = now(request);
      return was.outcome() == Outcome.DENY && is.outcome() == Outcome.DENY
          ? Optional.empty()
          : Change.between(Reach.of(destination.host(), was), Reach.of(destination.host(), is));
    }
  }

  private record Told(Change change, RequestPart requests) {}

  private List<PolicyDiff.Group> groups(List<HostCells.Cell> cells, Question question) {
    Map<Change, Map<Told, Map<Map<Scheme, PortSet>, List<Finding>>>> found = new HashMap<>();
    for (HostCells.Cell cell : cells) {
      judge(cell, question)
          .forEach(
              (told, finding) ->
                  found
                      .computeIfAbsent(told.change, key -> new LinkedHashMap<>())
                      .computeIfAbsent(told, key -> new LinkedHashMap<>())
                      .computeIfAbsent(finding.ports(), key -> new ArrayList<>())
                      .add(finding));
    }
    List<PolicyDiff.Group> groups = new ArrayList<>();
    found.forEach(
        (change, byRequests) -> {
          List<Region> regions = new ArrayList<>();
          byRequests.forEach(
              (told, byPorts) ->
                  byPorts.forEach(
                      (ports, findings) ->
                          regions.addAll(Regions.of(cut.hosts(), ports, told.requests, findings))));
          groups.add(new PolicyDiff.Group(change, regions));
        });
    return groups.stream().sorted(ORDER).toList();
  }

  private Map<Told, Finding> judge(HostCells.Cell cell, Question question) {
    Map<Told, Map<Scheme, PortSet>> changes = new LinkedHashMap<>();
    Map<Told, Optional<RuleRef>> rules = new HashMap<>();
    for (Scheme scheme : Scheme.values()) {
      List<Destination> destinations = cut.destinations(cell.host(), scheme);
      Map<Told, List<Destination>> here = new LinkedHashMap<>();
      for (Destination destination : destinations) {
        judge(cell, destination, question)
            .forEach(
                (told, rule) -> {
                  here.computeIfAbsent(told, key -> new ArrayList<>()).add(destination);
                  rules.putIfAbsent(told, rule);
                });
      }
      here.forEach(
          (told, changed) ->
              changes
                  .computeIfAbsent(told, key -> new EnumMap<>(Scheme.class))
                  .put(scheme, ports(destinations, changed)));
    }
    Map<Told, Finding> findings = new LinkedHashMap<>();
    changes.forEach(
        (told, ports) ->
            findings.put(
                told,
                new Finding(
                    cell, ports, told.requests, rules.getOrDefault(told, Optional.empty()))));
    return findings;
  }

  /// The changes about a destination with the rule at work.
  private Map<Told, Optional<RuleRef>> judge(
      HostCells.Cell cell, Destination destination, Question question) {
    Spot spot = new Spot(question.asked, destination);
    Optional<Spot> beside = question.beside.map(asked -> new Spot(asked, destination));
    Map<Told, Optional<RuleRef>> told = new LinkedHashMap<>();
    Optional<RequestCells> cells =
        spot.isSeen() || beside.filter(Spot::isSeen).isPresent()
            ? cut.requests(cell, destination)
            : Optional.empty();
    if (cells.isEmpty()) {
      change(spot, beside, Optional.empty())
          .ifPresent(
              change ->
                  told.put(
                      new Told(change, RequestPart.ALL), rule(change, spot, Optional.empty())));
      return told;
    }
    List<RequestSight> requests = cells.get().requests();
    Map<Change, BitSet> changed = new LinkedHashMap<>();
    for (int i = 0; i < requests.size(); i++) {
      Optional<Change> change = change(spot, beside, Optional.of(requests.get(i)));
      if (change.isPresent()) {
        changed.computeIfAbsent(change.get(), key -> new BitSet()).set(i);
      }
    }
    changed.forEach(
        (change, which) -> {
          for (RequestPart part : cells.get().parts(which)) {
            Optional<RequestSight> one =
                which.stream().mapToObj(requests::get).filter(part::contains).findFirst();
            told.put(new Told(change, part), rule(change, spot, one));
          }
        });
    if (!changed.isEmpty() && !cells.get().isComplete()) {
      leftOut.add("some requests to " + destination.url());
    }
    return told;
  }

  private static Optional<Change> change(
      Spot spot, Optional<Spot> beside, Optional<RequestSight> request) {
    Optional<Change> own = spot.change(request);
    if (beside.isEmpty()) {
      return own;
    }
    Optional<Change> common = beside.get().change(request);
    return own.equals(common) ? Optional.empty() : own.or(() -> Optional.of(Change.NONE));
  }

  /// The rule that opens, or where something closes the one that opened.
  private static Optional<RuleRef> rule(Change change, Spot spot, Optional<RequestSight> request) {
    boolean gone = change.kind() == Change.Kind.CLOSED || change.kind() == Change.Kind.REFUSED;
    return gone ? spot.old(request).rule() : spot.now(request).rule();
  }

  /// The cells of hosts about which the policies say different things. Where a profile is the same
  /// in both, that is where their rules differ.
  private List<HostCells.Cell> changed(Who was, Who is) {
    boolean same =
        before.source().report().equals(after.source().report())
            && was.equals(is)
            && was instanceof Who.WithProfile(var name)
            && profile(before, name).equals(profile(after, name));
    return same
        ? cut.hosts().all().stream().filter(cell -> !cut.isAlike(cell)).toList()
        : cut.hosts().all();
  }

  /// What a profile says, wherever it stands.
  private static Optional<List<Object>> profile(Policy policy, String name) {
    return policy.source().profiles().stream()
        .filter(profile -> profile.name().equals(name))
        .map(profile -> List.of(profile.classes(), profile.unknown(), profile.report()))
        .findFirst();
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
}
