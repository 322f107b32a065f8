package dev.sallyport.rules;

import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Picks the first entry, in the order of the profile's classes, that matches wholly, and else the
/// nearest miss. Beside it the strictest treatment of all entries for host, scheme and port.
final class EntrySearch implements Consumer<EntrySearch.Indexed> {
  private final Ranked ranked;
  private final Question question;
  final PathForm form;
  boolean looksAtPath;
  Treatment treatment = Treatment.TUNNEL;
  @Nullable Indexed best;
  @Nullable Indexed nearest;
  Reason miss = Reason.NOT_LISTED;

  EntrySearch(Ranked ranked, Question question, boolean looksAtPath) {
    this.ranked = ranked;
    this.question = question;
    this.looksAtPath = looksAtPath;
    this.form = question.request.map(seen -> PathForm.of(seen.path())).orElse(PathForm.CANONICAL);
  }

  @Override
  public void accept(Indexed candidate) {
    if (ranked.rankOfClass[candidate.classNumber] < 0 || !candidate.isInForce(question)) {
      return;
    }
    Destination destination = question.destination;
    if (!candidate.entry.scheme().matches(destination.scheme())) {
      missed(candidate, Reason.SCHEME_NOT_ALLOWED);
    } else if (!candidate.entry.ports().matches(destination.scheme(), destination.port())) {
      missed(candidate, Reason.PORT_NOT_ALLOWED);
    } else {
      matchesHost(candidate);
    }
  }

  private void matchesHost(Indexed candidate) {
    if (candidate.treatment == Treatment.INTERCEPT) {
      treatment = Treatment.INTERCEPT;
    }
    RequestRules requests = candidate.entry.requests();
    looksAtPath |= requests.lookAtPath();
    Optional<Reason> objection = question.request.flatMap(seen -> objection(requests, seen));
    if (objection.isPresent()) {
      missed(candidate, objection.get());
    } else if (best == null || comesBefore(candidate, best)) {
      best = candidate;
    }
  }

  private Optional<Reason> objection(RequestRules requests, RequestSight seen) {
    Optional<Reason> objection = requests.objection(seen);
    boolean slash =
        form == PathForm.ENCODED_SLASH && requests.lookAtPath() && !requests.encodedSlash();
    return slash && objection.filter(Reason.METHOD_NOT_ALLOWED::equals).isEmpty()
        ? Optional.of(Reason.PATH_NOT_ALLOWED)
        : objection;
  }

  private void missed(Indexed candidate, Reason reason) {
    // The later condition in the enum is the one that is asked later, so it came nearer.
    boolean nearer = nearest == null || reason.compareTo(miss) > 0;
    boolean asNearButEarlier = nearest != null && reason == miss && comesBefore(candidate, nearest);
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

  /// An entry with its class and its place in the order of all.
  record Indexed(
      Entry entry, PolicySource.ClassSource from, Treatment treatment, int classNumber, int order) {
    TrafficClass trafficClass() {
      return from.name();
    }

    boolean isInForce(Question question) {
      Optional<ExceptionTerms> terms = entry.exception();
      return terms.isEmpty()
          || (terms.get().isInForce(question.at) && terms.get().isFor(question.client));
    }
  }

  /// What is asked: may whoever has this profile send this there, at this time?
  ///
  /// @param glass a report mode from outside the files, if one is on
  record Question(
      Optional<ClientIdentity> client,
      String profile,
      IdentityMethod identifiedBy,
      Destination destination,
      Optional<RequestSight> request,
      Instant at,
      Optional<ReportMode> glass) {}

  /// A profile with the rank of each class in it; -1 where it does not have the class.
  static final class Ranked {
    final Profile profile;
    final int[] rankOfClass;

    private Ranked(Profile profile, int[] rankOfClass) {
      this.profile = profile;
      this.rankOfClass = rankOfClass;
    }

    /// The same with one of its classes alone; unchanged when it does not have it.
    Ranked only(TrafficClass one) {
      int rank = profile.classes().indexOf(one);
      if (rank < 0) {
        return this;
      }
      int[] ranks = rankOfClass.clone();
      for (int i = 0; i < ranks.length; i++) {
        ranks[i] = ranks[i] == rank ? rank : -1;
      }
      return new Ranked(profile, ranks);
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
}
