package dev.sallyport.proxy.workbench;

import dev.sallyport.proxy.audit.RecordedEvent;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.TrafficClass;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Judges the real decisions of an audit log again by another policy, as a stream in bounded
/// memory. For one thread.
public final class Replay {
  /// Different flips that are told apart; further ones are counted together.
  static final int MAX_FLIPS = 10_000;

  /// Stands for the destinations of flips that are not told apart.
  public static final String OTHERS = "(others)";

  private final Policy policy;
  private final Map<Flip, Tally> flips = new HashMap<>();
  private long judged;
  private long undetermined;

  private Replay(Policy policy) {
    this.policy = policy;
  }

  /// A decision that turns out otherwise.
  ///
  /// @param destination as a URL
  /// @param was what was decided, such as `allow (listed)`
  /// @param is what would be decided now
  /// @param opens whether something passes now that did not
  public record Flip(String destination, String was, String is, boolean opens) {}

  /// What came out.
  ///
  /// @param judged decisions that were judged again
  /// @param undetermined decisions for which the log lacks what judging takes
  /// @param flips most frequent first
  public record Report(long judged, long undetermined, List<Group> flips) {
    public Report {
      flips = List.copyOf(flips);
    }

    /// How many decisions would be refused now.
    public long closed() {
      return count(Optional.of(false));
    }

    /// How many would be allowed now.
    public long opened() {
      return count(Optional.of(true));
    }

    private long count(Optional<Boolean> opens) {
      return flips.stream()
          .filter(group -> opens.filter(want -> want == group.flip.opens).isPresent())
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
    Optional<Decision> found = Optional.empty();
    for (ClientIdentity client : past.clients()) {
      Decision decision = policy.decide(client, past.destination(), past.at());
      if (found.isPresent() && found.get().outcome() != decision.outcome()) {
        return Optional.empty();
      }
      found = found.or(() -> Optional.of(decision));
    }
    return found;
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
            now.outcome() == Outcome.ALLOW);
    boolean known = flips.containsKey(flip) || flips.size() < MAX_FLIPS;
    Flip counted = known ? flip : new Flip(OTHERS, flip.was, flip.is, flip.opens);
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
    return new Report(judged, undetermined, groups);
  }
}
