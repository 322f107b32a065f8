package dev.sallyport.proxy.workbench;

import dev.sallyport.proxy.audit.RecordedEvent;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.HostRules;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.RequestSight;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.TrafficClass;
import dev.sallyport.rules.Treatment;
import dev.sallyport.rules.check.PossibleRequests;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Judges the real decisions of an audit log again by another policy, as a stream in bounded
/// memory. Each is judged as of its own time: an exception or a report mode that was in force then
/// counts, one that had ended does not. For one thread.
public final class Replay {
  /// Different flips that are told apart; further ones are counted together.
  static final int MAX_FLIPS = 10_000;

  /// Stands for the destinations of flips that are not told apart.
  public static final String OTHERS = "(others)";

  private final Policy policy;

  /// Requests of which it is remembered what they could have been.
  private static final int MAX_REMEMBERED = 1000;

  private final Map<Asked, Optional<List<RequestSight>>> requests = new HashMap<>();
  private final Map<Flip, Tally> flips = new HashMap<>();
  private long judged;
  private long undetermined;
  private long repeated;

  private Replay(Policy policy) {
    this.policy = policy;
  }

  private record Asked(Destination to, Optional<PossibleRequests.Recorded> request) {}

  /// A decision that turns out otherwise.
  ///
  /// @param destination as a URL
  /// @param was what was decided, such as `allow (listed)`
  /// @param is what would be decided now
  public record Flip(String destination, String was, String is, Turn turn) {}

  /// What a decision that turns out otherwise means.
  public enum Turn {
    /// Something passes now that did not.
    OPENS,
    /// Something passed and no longer does.
    CLOSES,
    /// It is refused before and now, but a person may be asked in one of the cases.
    ASKS;

    static Turn of(Outcome was, Outcome is) {
      if (is == Outcome.ALLOW) {
        return OPENS;
      }
      return was == Outcome.ALLOW ? CLOSES : ASKS;
    }
  }

  /// What came out.
  ///
  /// @param judged decisions that were judged again
  /// @param undetermined decisions for which the log lacks what judging takes, those included that
  ///   it only counts
  /// @param repeated refusals that the log only counts
  /// @param flips most frequent first
  public record Report(long judged, long undetermined, long repeated, List<Group> flips) {
    public Report {
      flips = List.copyOf(flips);
    }

    /// How many decisions would be refused now.
    public long closed() {
      return count(Turn.CLOSES);
    }

    /// How many would be allowed now.
    public long opened() {
      return count(Turn.OPENS);
    }

    private long count(Turn turn) {
      return flips.stream()
          .filter(group -> group.flip.turn == turn)
          .mapToLong(group -> group.tally.times())
          .sum();
    }
  }

  /// A flip and how often it came up.
  public record Group(Flip flip, Tally tally) {}

  /// Judges a log again.
  ///
  /// @param log a file of the log, or a folder of logs
  /// @throws IOException when a file cannot be read
  public static Report of(Path log, Policy policy) throws IOException {
    Replay replay = new Replay(policy);
    LogEvents.each(log, replay::add);
    return replay.report();
  }

  private void add(RecordedEvent event) {
    long counted = PastDecision.counted(event);
    repeated += counted;
    undetermined += counted;
    if (!PastDecision.isOne(event)) {
      return;
    }
    Optional<PastDecision> past = PastDecision.of(event);
    Optional<Decision> now = past.flatMap(this::decide);
    if (now.isEmpty()) {
      undetermined++;
      return;
    }
    judged++;
    past.ifPresent(known -> compare(known, now.get()));
  }

  /// What is decided now; empty when that hangs on something that the log does not tell.
  private Optional<Decision> decide(PastDecision past) {
    List<Decision> all = new ArrayList<>();
    for (ClientIdentity client : past.clients()) {
      Optional<Decision> one = decide(client, past);
      if (one.isEmpty()) {
        return Optional.empty();
      }
      all.add(one.get());
    }
    return agreed(all);
  }

  /// A tunnel hides its requests, so there a CONNECT tells everything; where the new policy would
  /// look into it, whatever was sent is unknown.
  private Optional<Decision> decide(ClientIdentity client, PastDecision past) {
    Decision connect = policy.decide(client, past.destination(), past.at());
    boolean https = past.destination().scheme() == Scheme.HTTPS;
    boolean looksInside =
        connect.outcome() == Outcome.ALLOW && connect.treatment() == Treatment.INTERCEPT;
    boolean eventsOfTheirOwn = past.request().isEmpty() && past.intercepted();
    if (https && (!looksInside || eventsOfTheirOwn)) {
      return Optional.of(connect);
    }
    return possible(past)
        .map(
            requests ->
                requests.stream()
                    .map(
                        request ->
                            policy.decide(
                                client, past.destination(), Optional.of(request), past.at()))
                    .toList())
        .flatMap(Replay::agreed);
  }

  private Optional<List<RequestSight>> possible(PastDecision past) {
    if (requests.size() >= MAX_REMEMBERED) {
      requests.clear();
    }
    Destination to = past.destination();
    return requests.computeIfAbsent(
        new Asked(to, past.request()),
        asked -> {
          HostRules rules = policy.rulesFor(to.host());
          return past.request()
              .map(recorded -> PossibleRequests.of(rules, to.scheme(), to.port(), recorded))
              .orElseGet(() -> PossibleRequests.of(rules, to.scheme(), to.port()));
        });
  }

  /// One of the decisions, when they all come to the same.
  private static Optional<Decision> agreed(List<Decision> all) {
    return all.stream().map(Decision::outcome).distinct().count() == 1
        ? Optional.of(all.getFirst())
        : Optional.empty();
  }

  private void compare(PastDecision past, Decision now) {
    if (past.outcome() == now.outcome()) {
      return;
    }
    Flip flip =
        new Flip(
            past.destination().url(),
            past.outcome().code()
                + " ("
                + past.reason().code()
                + inClass(past.trafficClass())
                + ")",
            now.outcome().code()
                + " ("
                + now.reason().code()
                + inClass(now.trafficClass().map(TrafficClass::name))
                + ")",
            Turn.of(past.outcome(), now.outcome()));
    boolean known = flips.containsKey(flip) || flips.size() < MAX_FLIPS;
    Flip counted = known ? flip : new Flip(OTHERS, flip.was, flip.is, flip.turn);
    flips.computeIfAbsent(counted, key -> new Tally()).add(past.at(), past.who());
  }

  private static String inClass(Optional<String> name) {
    return name.map(known -> ", class " + known).orElse("");
  }

  private Report report() {
    List<Group> groups = new ArrayList<>();
    flips.forEach((flip, tally) -> groups.add(new Group(flip, tally)));
    groups.sort(
        Comparator.comparingLong((Group group) -> group.tally.times())
            .reversed()
            .thenComparing(group -> group.flip.destination()));
    return new Report(judged, undetermined, repeated, groups);
  }
}
