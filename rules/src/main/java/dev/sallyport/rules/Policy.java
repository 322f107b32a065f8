package dev.sallyport.rules;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What may leave. An immutable snapshot, safe on any thread; the one place that decides.
public final class Policy {
  private final PolicySource source;
  private final PolicyStamp stamp;
  private final HostIndex<DenyRule> deny;
  private final HostIndex<Indexed> entries;
  private final Map<String, Ranked> profiles;
  private final List<Assignment> assign;

  private Policy(PolicySource source) {
    this.source = source;
    this.stamp = new PolicyStamp(source.name(), CanonicalForm.sha256(source));
    this.deny = HostIndex.of(source.deny(), DenyRule::hosts);
    List<Indexed> all = new ArrayList<>();
    Map<TrafficClass, Integer> numbers = new HashMap<>();
    for (PolicySource.ClassSource from : source.classes()) {
      int number = numbers.size();
      numbers.put(from.name(), number);
      for (Entry entry : from.allow()) {
        all.add(new Indexed(entry, from.name(), from.treatment(), number, all.size()));
      }
    }
    this.entries = HostIndex.of(all, indexed -> indexed.entry.hosts());
    this.profiles = new HashMap<>();
    for (Profile profile : source.profiles()) {
      profiles.put(profile.name(), Ranked.of(profile, numbers));
    }
    this.assign = source.assign();
  }

  /// Indexes a policy that the loader found to be right.
  public static Policy of(PolicySource source) {
    return new Policy(source);
  }

  /// Name and version.
  public PolicyStamp stamp() {
    return stamp;
  }

  /// What the files say.
  public PolicySource source() {
    return source;
  }

  /// Decides for a client. Takes time proportional to the labels of the name, whatever the number
  /// of rules. An error while deciding is a deny with reason `internal-error`.
  public Decision decide(ClientIdentity client, Destination destination) {
    try {
      for (Assignment assignment : assign) {
        if (assignment.matches(client)) {
          return decide(assignment.profile(), identifiedBy(client, assignment), destination);
        }
      }
      return unassigned(client, destination);
    } catch (RuntimeException error) {
      return Decision.refused(Reason.INTERNAL_ERROR, stamp, IdentityMethod.NONE);
    }
  }

  /// Decides for whoever has a profile, as tests and `explain` ask. An unknown profile allows
  /// nothing.
  public Decision decide(String profile, IdentityMethod identifiedBy, Destination destination) {
    Optional<DenyRule> denied = deniedBy(destination);
    if (denied.isPresent()) {
      return denied(denied.get(), Optional.of(profile), identifiedBy);
    }
    Ranked ranked = profiles.get(profile);
    if (ranked == null) {
      return deny(Reason.UNASSIGNED, Optional.empty(), identifiedBy, source.assignPlace());
    }
    Search search = new Search(ranked, destination);
    entries.visit(destination.host(), search);
    if (search.best != null) {
      Indexed best = search.best;
      return Decision.allow(
          destination, best.entry, best.trafficClass, best.treatment, profile, stamp, identifiedBy);
    }
    if (search.nearest != null) {
      return Decision.deny(
          search.miss,
          Optional.of(search.nearest.trafficClass),
          Optional.of(profile),
          Optional.of(search.nearest.entry.rule()),
          stamp,
          identifiedBy,
          "");
    }
    return deny(Reason.NOT_LISTED, Optional.of(profile), identifiedBy, ranked.profile.place());
  }

  /// The deny rule that forbids a destination, if one does. Also asked for the server name in a
  /// ClientHello.
  public Optional<DenyRule> deniedBy(Destination destination) {
    DenySearch search = new DenySearch(destination);
    deny.visit(destination.host(), search);
    return Optional.ofNullable(search.found);
  }

  /// The profile that a client gets; empty when no assignment matches.
  public Optional<String> profileOf(ClientIdentity client) {
    for (Assignment assignment : assign) {
      if (assignment.matches(client)) {
        return Optional.of(assignment.profile());
      }
    }
    return Optional.empty();
  }

  /// Whether some clients are known by the address that they come from.
  public boolean assignsAddresses() {
    return assign.stream()
        .flatMap(line -> line.all().stream())
        .anyMatch(Assignment.Condition.From.class::isInstance);
  }

  private Decision unassigned(ClientIdentity client, Destination destination) {
    IdentityMethod method = method(client);
    Optional<DenyRule> denied = deniedBy(destination);
    if (denied.isPresent()) {
      return denied(denied.get(), Optional.empty(), method);
    }
    return deny(Reason.UNASSIGNED, Optional.empty(), method, source.assignPlace());
  }

  private Decision denied(DenyRule rule, Optional<String> profile, IdentityMethod identifiedBy) {
    return Decision.deny(
        Reason.DENIED_BY_RULE,
        Optional.empty(),
        profile,
        Optional.of(rule.rule()),
        stamp,
        identifiedBy,
        rule.why());
  }

  private Decision deny(
      Reason reason, Optional<String> profile, IdentityMethod identifiedBy, Place place) {
    String id = profile.map(name -> "profile:" + name).orElse("assign");
    return Decision.deny(
        reason,
        Optional.empty(),
        profile,
        Optional.of(new RuleRef(id, place)),
        stamp,
        identifiedBy,
        "");
  }

  private static IdentityMethod identifiedBy(ClientIdentity client, Assignment assignment) {
    IdentityMethod method = method(client);
    if (method != IdentityMethod.NONE) {
      return method;
    }
    if (assignment.all().stream().anyMatch(Assignment.Condition.From.class::isInstance)) {
      return IdentityMethod.ADDRESS;
    }
    boolean byListener =
        assignment.all().stream().anyMatch(Assignment.Condition.Through.class::isInstance);
    return byListener ? IdentityMethod.LISTENER : method;
  }

  private static IdentityMethod method(ClientIdentity client) {
    return switch (client.proof()) {
      case ClientIdentity.Proof.Token token -> IdentityMethod.TOKEN;
      case ClientIdentity.Proof.OwnListener own -> IdentityMethod.LISTENER;
      case ClientIdentity.Proof.Nothing nothing -> IdentityMethod.NONE;
    };
  }

  private record Indexed(
      Entry entry, TrafficClass trafficClass, Treatment treatment, int classNumber, int order) {}

  /// A profile with the rank of each class in it; -1 where it does not have the class.
  private static final class Ranked {
    private final Profile profile;
    private final int[] rankOfClass;

    private Ranked(Profile profile, int[] rankOfClass) {
      this.profile = profile;
      this.rankOfClass = rankOfClass;
    }

    static Ranked of(Profile profile, Map<TrafficClass, Integer> numbers) {
      int[] ranks = new int[numbers.size()];
      Arrays.fill(ranks, -1);
      for (int rank = 0; rank < profile.classes().size(); rank++) {
        Integer number = numbers.get(profile.classes().get(rank));
        if (number != null && ranks[number] < 0) {
          ranks[number] = rank;
        }
      }
      return new Ranked(profile, ranks);
    }
  }

  /// Picks the first entry, in the order of the profile's classes, that matches wholly, and else
  /// the nearest miss.
  private static final class Search implements Consumer<Indexed> {
    private final Ranked ranked;
    private final Destination destination;
    private @Nullable Indexed best;
    private @Nullable Indexed nearest;
    private Reason miss = Reason.NOT_LISTED;

    Search(Ranked ranked, Destination destination) {
      this.ranked = ranked;
      this.destination = destination;
    }

    @Override
    public void accept(Indexed candidate) {
      if (ranked.rankOfClass[candidate.classNumber] < 0) {
        return;
      }
      if (!candidate.entry.scheme().matches(destination.scheme())) {
        missed(candidate, Reason.SCHEME_NOT_ALLOWED);
      } else if (!candidate.entry.ports().matches(destination.scheme(), destination.port())) {
        missed(candidate, Reason.PORT_NOT_ALLOWED);
      } else if (best == null || comesBefore(candidate, best)) {
        best = candidate;
      }
    }

    private void missed(Indexed candidate, Reason reason) {
      // The later condition in the enum is the one that is asked later, so it came nearer.
      boolean nearer = nearest == null || reason.compareTo(miss) > 0;
      boolean asNearButEarlier =
          nearest != null && reason == miss && comesBefore(candidate, nearest);
      if (nearer || asNearButEarlier) {
        nearest = candidate;
        miss = reason;
      }
    }

    private boolean comesBefore(Indexed a, Indexed b) {
      int rankA = ranked.rankOfClass[a.classNumber];
      int rankB = ranked.rankOfClass[b.classNumber];
      return rankA != rankB ? rankA < rankB : a.order < b.order;
    }
  }

  private static final class DenySearch implements Consumer<DenyRule> {
    private final Destination destination;
    private @Nullable DenyRule found;

    DenySearch(Destination destination) {
      this.destination = destination;
    }

    @Override
    public void accept(DenyRule rule) {
      if (found == null
          && rule.scheme().matches(destination.scheme())
          && rule.ports().matches(destination.scheme(), destination.port())) {
        found = rule;
      }
    }
  }
}
