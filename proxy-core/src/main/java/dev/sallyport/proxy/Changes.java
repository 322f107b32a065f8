package dev.sallyport.proxy;

import dev.sallyport.proxy.audit.PolicyShelf;
import dev.sallyport.proxy.identify.TokenStore;
import dev.sallyport.proxy.identify.UnreadableTokensException;
import dev.sallyport.proxy.intercept.CannotInterceptException;
import dev.sallyport.proxy.intercept.Interception;
import dev.sallyport.proxy.stage.Ulid;
import dev.sallyport.proxy.state.GateState;
import dev.sallyport.proxy.state.StateFile;
import dev.sallyport.rules.BreakGlass;
import dev.sallyport.rules.ExceptionTerms;
import dev.sallyport.rules.Kill;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.PolicySource;
import dev.sallyport.rules.Switches;
import dev.sallyport.rules.check.RequiredHosts;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What changes while a gate runs: the policy, the tokens, what is switched by hand, and what time
/// brings to an end. One change at a time, and after each of them everything that is open is judged
/// again. Reading a policy is no part of a change, so that a kill switch never waits for it. All of
/// it blocks and is not for event loops.
final class Changes implements AutoCloseable {
  /// How long the gate trusts that its clock was not set: what has ended is noticed by then.
  static final Duration RECHECK = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(Changes.class);

  private final GateParts parts;
  private final PolicyOrigin origin;
  private final PolicyShelf shelf;
  private final StateFile file;
  private final ChangeNotes notes;
  private final Object loading = new Object();
  private final ChangeClock clock;
  private Instant looked;
  private GateState state;
  private Optional<BreakGlass> open = Optional.empty();

  /// @param shelf where the texts of policies are kept
  /// @param loop where futures of events complete
  Changes(
      GateParts parts,
      PolicyOrigin origin,
      PolicyShelf shelf,
      StateFile file,
      GateState state,
      EventExecutor loop) {
    this.parts = parts;
    this.origin = origin;
    this.shelf = shelf;
    this.file = file;
    this.state = state;
    this.notes = new ChangeNotes(parts.journal(), loop);
    this.looked = parts.journal().now();
    this.clock = new ChangeClock(this::untilNextChange, this::timePassed);
  }

  /// Whether something is done against advice.
  enum Force {
    NO,
    YES
  }

  /// Begins to look at the clock. Exceptions that have ended already are told of, once in the life
  /// of the state file.
  synchronized void start() {
    if (!file.isKept()) {
      state = state.told(ended(parts.decider().policy(), now()));
    }
    tellEnds(parts.decider().policy(), now(), 0);
    showBrokenGlass(now());
    clock.start();
  }

  @Override
  public void close() {
    clock.close();
  }

  Instant now() {
    return parts.journal().now();
  }

  /// Until the first end since the last look; nothing when that has passed meanwhile.
  private synchronized Duration untilNextChange() {
    Instant now = now();
    Duration wait =
        parts
            .decider()
            .policy()
            .nextChange(looked)
            .map(next -> Duration.between(now, next))
            .orElse(RECHECK);
    Duration bounded = wait.compareTo(RECHECK) < 0 ? wait : RECHECK;
    return bounded.isNegative() ? Duration.ZERO : bounded;
  }

  /// Takes up what has ended by now.
  private synchronized void timePassed() {
    looked = now();
    try {
      Policy policy = parts.decider().policy();
      if (policy.nextChange(Instant.MIN).isPresent()) {
        int ended = sweep();
        tellEnds(policy, now(), ended);
        showBrokenGlass(now());
      }
    } catch (RuntimeException bug) {
      LOG.error("taking up what has ended failed", bug);
    }
  }

  private int sweep() {
    int ended = parts.open().judgeAgain(parts.standing());
    if (ended > 0) {
      LOG.info("{} open connections are no longer allowed and end", ended);
    }
    return ended;
  }

  // Exceptions

  private static String end(ExceptionTerms terms) {
    return terms.id() + "@" + terms.expires();
  }

  private static SortedSet<String> ended(Policy policy, Instant now) {
    SortedSet<String> ends = new TreeSet<>();
    policy.exceptions().stream()
        .filter(terms -> !terms.isInForce(now))
        .forEach(terms -> ends.add(end(terms)));
    return ends;
  }

  /// One event for each end that none was written for. What no exception of the policy is any more
  /// is forgotten.
  private void tellEnds(Policy policy, Instant now, int connections) {
    SortedSet<String> ends = ended(policy, now);
    for (ExceptionTerms terms : policy.exceptions()) {
      if (ends.contains(end(terms)) && !state.told().contains(end(terms))) {
        notes.expired(terms, connections);
      }
    }
    SortedSet<String> told = new TreeSet<>(state.told());
    told.addAll(ends);
    told.retainAll(policy.exceptions().stream().map(Changes::end).toList());
    if (!told.equals(state.told())) {
      state = state.told(told);
      saveOrWarn();
    }
  }

  private void saveOrWarn() {
    try {
      file.save(state);
    } catch (IOException failed) {
      LOG.error("the gate's state cannot be saved: {}", failed.getMessage());
    }
  }

  // Policy and tokens

  /// Loads the policy again, runs its tests, puts it in force and judges what is open again. When
  /// anything is wrong, the old policy stays.
  ///
  /// @param force whether a required model host may be lost
  /// @throws PolicyRejectedException with every problem
  Gate.Reloaded reload(Force force) throws PolicyRejectedException {
    synchronized (loading) {
      return putInForce(load(force));
    }
  }

  /// A policy that may be put in force.
  private record Loaded(Policy policy, Interception.Prepared prepared) {}

  /// Takes as long as it takes; a kill switch waits for nothing here.
  private Loaded load(Force force) throws PolicyRejectedException {
    try {
      Policy next = origin.load();
      List<String> lost = lost(next);
      if (!lost.isEmpty() && force == Force.NO) {
        throw new PolicyRejectedException(lost);
      }
      // Last, since it makes keys: nothing behind it refuses the policy.
      return new Loaded(next, prepared(next));
    } catch (PolicyRejectedException rejected) {
      parts.metrics().policyRejected();
      notes.rejected(rejected);
      throw rejected;
    }
  }

  private Interception.Prepared prepared(Policy next) throws PolicyRejectedException {
    try {
      return parts.interception().prepare(next);
    } catch (CannotInterceptException cannot) {
      throw rejected(cannot);
    }
  }

  private static PolicyRejectedException rejected(CannotInterceptException cannot) {
    return new PolicyRejectedException(List.of(String.valueOf(cannot.getMessage())));
  }

  private synchronized Gate.Reloaded putInForce(Loaded loaded) {
    Policy next = loaded.policy();
    int ending = ending(new Standing(under(next), parts.tokens().tokens()));
    LOG.info(
        "policy {} comes into force; it ends {} open connections",
        next.stamp().shortText(),
        ending);
    parts.interception().putInForce(loaded.prepared());
    parts.decider().swap(next);
    int ended = parts.open().judgeAgain(parts.standing());
    loaded(next, ended);
    tellEnds(parts.decider().policy(), now(), 0);
    clock.nudge();
    return new Gate.Reloaded(next, ended);
  }

  /// What a reload would do.
  ///
  /// @param policy what would come into force
  /// @param ending how many open connections would end
  /// @param lost required model hosts that would be lost; not empty means that it takes force
  record Preview(Policy policy, int ending, List<String> lost) {}

  /// Looks at what a reload would do, and changes nothing.
  ///
  /// @throws PolicyRejectedException with every problem, those of the token file too
  Preview preview() throws PolicyRejectedException {
    Policy next = origin.load();
    try {
      parts.interception().check(next);
      Policy switched = next.under(parts.decider().policy().switches());
      Standing standing = new Standing(switched, parts.tokens().onFile());
      return new Preview(next, ending(standing), lost(next));
    } catch (CannotInterceptException cannot) {
      throw rejected(cannot);
    } catch (UnreadableTokensException unreadable) {
      throw new PolicyRejectedException(List.of(unreadable.why()));
    }
  }

  private int ending(Standing standing) {
    return parts.open().wouldEnd(standing);
  }

  private Policy under(Policy next) {
    return next.under(state.switches());
  }

  private List<String> lost(Policy next) {
    return RequiredHosts.lost(parts.decider().policy(), next, now()).stream()
        .map(
            lost ->
                origin.shown()
                    + ": "
                    + lost
                    + "; list it again, or put the policy in force all the same with `sallyport"
                    + " reload --force`")
        .toList();
  }

  /// Notes the policy that came into force.
  void loaded(Policy policy, int ended) {
    parts
        .metrics()
        .policyLoaded(
            policy.stamp(),
            policy.source().classes().stream().map(PolicySource.ClassSource::name).toList());
    notes.loaded(policy, origin.shown(), ended, copy(policy));
  }

  /// Keeps the text beside the record, so that later it can be said what was in force.
  private Optional<String> copy(Policy policy) {
    try {
      return Optional.of(shelf.keep(policy.stamp().version(), origin.text()));
    } catch (IOException failed) {
      LOG.warn("no copy of the policy is kept beside the audit file: {}", failed.getMessage());
      return Optional.empty();
    }
  }

  /// Reads the token file again; when it is wrong, the old tokens stay. What clients opened with a
  /// token that is no more ends.
  synchronized TokenStore.Reload reloadTokens() {
    TokenStore.Reload outcome = parts.tokens().reload();
    switch (outcome) {
      case TokenStore.Reload.Done done -> sweep();
      case TokenStore.Reload.Kept kept -> LOG.debug("the old tokens stay");
    }
    return outcome;
  }

  // Switches

  /// What a switch did.
  ///
  /// @param ended how many open connections it ended
  /// @param warning what the person must know; empty when all is well
  record Switched(int ended, String warning) {}

  /// What is switched.
  synchronized Switches switches() {
    return state.switches();
  }

  /// Throws a kill switch. It is in force when this returns, whether or not it could be kept.
  synchronized Switched kill(Kill kill) {
    state = state.with(kill);
    int ended = apply();
    notes.killed(kill, ended);
    try {
      file.save(state);
      return new Switched(ended, file.isKept() ? "" : "it lasts until this gate stops");
    } catch (IOException failed) {
      LOG.error("the kill switch is on, and cannot be kept: {}", failed.getMessage());
      return new Switched(ended, "it cannot be kept: a gate that starts again will not know of it");
    }
  }

  /// Takes a kill switch back.
  ///
  /// @return false when none is on against this
  /// @throws IOException when that cannot be kept; the switch stays on then
  synchronized boolean unkill(Kill.Target target, String reason, String by) throws IOException {
    GateState next = state.without(target);
    if (next.switches().kills().size() == state.switches().kills().size()) {
      return false;
    }
    change(next);
    notes.unkilled(target, reason, by);
    return true;
  }

  /// Opens an emergency; the one that is open ends.
  ///
  /// @throws IOException when it cannot be kept; nothing is open then
  synchronized BreakGlass breakGlass(Duration time, String reason, String by) throws IOException {
    Instant now = now().truncatedTo(ChronoUnit.MILLIS);
    BreakGlass glass = new BreakGlass(Ulid.at(now.toEpochMilli()), reason, by, now, now.plus(time));
    List<BreakGlass> glasses = new ArrayList<>();
    for (BreakGlass other : state.switches().glasses()) {
      glasses.add(other.isInForce(now) ? endedAt(other, now) : other);
    }
    glasses.add(glass);
    change(state.with(glasses));
    showBrokenGlass(now);
    notes.glassBroken(glass);
    return glass;
  }

  private static BreakGlass endedAt(BreakGlass glass, Instant now) {
    return new BreakGlass(glass.id(), glass.reason(), glass.by(), glass.at(), now);
  }

  /// Marks every emergency as reviewed; one that is open ends.
  ///
  /// @return what was reviewed
  /// @throws IOException when that cannot be kept; nothing changes then
  synchronized List<BreakGlass> review(String reason, String by) throws IOException {
    List<BreakGlass> reviewed = state.switches().glasses();
    change(state.with(List.of()));
    showBrokenGlass(now());
    for (BreakGlass glass : reviewed) {
      notes.glassReviewed(glass, reason, by);
    }
    return reviewed;
  }

  /// Keeps and then applies what makes the gate let through more.
  private void change(GateState next) throws IOException {
    file.save(next);
    state = next;
    apply();
  }

  private int apply() {
    parts.decider().flip(state.switches());
    int ended = sweep();
    clock.nudge();
    return ended;
  }

  /// While an emergency is open every event says so; when it ends that is an event too.
  private void showBrokenGlass(Instant now) {
    Optional<BreakGlass> broken = state.switches().brokenAt(now);
    if (!broken.equals(open)) {
      open.ifPresent(notes::glassEnded);
      open = broken;
      notes.showGlass(broken);
    }
  }
}
