package dev.sallyport.proxy.audit;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the writer thread does: takes what was handed over, lines it up, writes it in one piece and
/// tells those who wait. When a write fails, decisions are refused, other events are kept, and it
/// tries until the sink works again, which the next line in the file then tells of.
final class AuditWriter implements Runnable {
  /// Octets after which no further event joins a write.
  static final int WRITE_OCTETS = 256 * 1024;

  /// Between two attempts to write again.
  static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /// Between two events that tell of a full queue.
  static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(1);

  /// A write that takes longer than this counts as failing until it returns.
  static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final Logger LOG = LoggerFactory.getLogger(AuditWriter.class);

  private final AuditQueue queue;
  private final EventSink sink;
  private final Chain chain;
  private final Shortfall shortfall;
  private final OnFailure onFailure;
  private final Clock clock;
  private final Checkpoints checkpoints;

  /// The gate's own events that go before all others.
  private final List<AuditEvent> notes;

  /// Taken from the queue and not settled; the first of them may be lined up in the chain.
  private final Deque<Pending> backlog = new ArrayDeque<>();

  private final List<Pending> linedUp = new ArrayList<>();
  private Optional<Shortfall.Counts> telling = Optional.empty();
  private long retryAt;
  private boolean ending;
  private long toldAt = System.nanoTime() - TELL_NANOS;

  private volatile @Nullable Outage outage;
  private volatile long writingSince;
  private volatile ChainHead head;

  /// Lets every event from now on carry this; on any thread.
  void mark(Optional<String> glass) {
    chain.mark(glass);
  }

  /// The session that every event belongs to; on any thread.
  void belongTo(String session) {
    chain.belongTo(session);
  }

  AuditWriter(
      AuditQueue queue,
      EventSink sink,
      ChainHead head,
      Optional<SigningKey> key,
      List<AuditEvent> notes,
      Shortfall shortfall,
      OnFailure onFailure,
      Clock clock) {
    this.queue = queue;
    this.sink = sink;
    this.chain = new Chain(head, key);
    this.checkpoints = new Checkpoints(chain, clock);
    this.head = head;
    this.notes = new ArrayList<>(notes);
    this.shortfall = shortfall;
    this.onFailure = onFailure;
    this.clock = clock;
  }

  /// Whether events are written without trouble; any thread.
  boolean isWorking() {
    long since = writingSince;
    return outage == null && (since == 0 || System.nanoTime() - since < STALL_NANOS);
  }

  /// The last event in the file; any thread.
  ChainHead head() {
    return head;
  }

  /// Writes until the queue is closed and empty, then closes the sink.
  @Override
  public void run() {
    do {
      ending = queue.isClosed();
      try {
        turn();
      } catch (RuntimeException e) {
        LOG.error("the audit writer failed, which is a bug; it goes on", e);
        failed(new IOException("an error in the gate itself", e));
      }
    } while (!ending);
    end();
  }

  private void turn() {
    backlog.addAll(queue.take(patience()));
    if (outage != null) {
      settleDecisions();
      boolean due = ending || System.nanoTime() - retryAt >= 0;
      if (!due || !isReopened()) {
        return;
      }
    }
    do {
      lineUpSigned();
    } while (chain.events() > 0 && isWritten() && !backlog.isEmpty());
  }

  private long patience() {
    if (outage != null) {
      return retryAt - System.nanoTime();
    }
    if (!notes.isEmpty()) {
      return 0;
    }
    long untilSigned = checkpoints.patience();
    return shortfall.counts().isNothing()
        ? untilSigned
        : Math.min(untilSigned, toldAt + TELL_NANOS - System.nanoTime());
  }

  /// Lines up what is there. Where that begins a new file, its first event is a checkpoint; where
  /// it is the first of a gate that goes on with a chain, too, so that the tail of the one before
  /// is signed.
  private void lineUpSigned() {
    boolean led = isWaiting() && checkpoints.resume();
    lineUp();
    if (chain.signs() && !led && chain.events() > 0 && sink.beginsFileWith(chain.octets())) {
      putBack();
      checkpoints.rotate();
      lineUp();
    }
  }

  private boolean isWaiting() {
    return !notes.isEmpty() || !backlog.isEmpty() || outage != null;
  }

  private void lineUp() {
    notes.forEach(checkpoints::add);
    Shortfall.Counts counts = shortfall.counts();
    boolean due = ending || System.nanoTime() - toldAt >= TELL_NANOS;
    if (outage != null || (due && !counts.isNothing())) {
      checkpoints.add(Gap.shortfall(clock.instant(), counts, Optional.ofNullable(outage)));
      telling = Optional.of(counts);
    }
    while (!backlog.isEmpty() && chain.octets() < WRITE_OCTETS) {
      Pending next = backlog.remove();
      try {
        checkpoints.add(next.event());
        linedUp.add(next);
      } catch (RuntimeException e) {
        LOG.error("an audit event cannot be put into words, which is a bug", e);
        shortfall.count(next.isDecision() ? Shortfall.Kind.REFUSED : Shortfall.Kind.LOST);
        settle(List.of(next));
        Completions.fail(List.of(next), new AuditUnavailableException("the event has no form"));
      }
    }
    boolean last = ending && backlog.isEmpty();
    checkpoints.rest(last ? Checkpoints.Rest.LAST : Checkpoints.Rest.MORE);
  }

  private boolean isWritten() {
    writingSince = System.nanoTime() | 1;
    try {
      sink.append(chain.lines(), chain.firstSeq());
    } catch (IOException e) {
      failed(e);
      return false;
    } finally {
      writingSince = 0;
    }
    chain.accept();
    head = chain.head();
    checkpoints.accepted();
    notes.clear();
    telling.ifPresent(this::told);
    recovered();
    settle(linedUp);
    Completions.succeed(linedUp);
    linedUp.clear();
    return true;
  }

  private void told(Shortfall.Counts counts) {
    shortfall.settle(counts);
    telling = Optional.empty();
    toldAt = System.nanoTime();
  }

  private void recovered() {
    if (outage != null) {
      outage = null;
      LOG.warn("the audit file can be written again");
    }
  }

  private void failed(IOException e) {
    if (outage == null) {
      outage = new Outage(clock.instant(), IoProblem.text(e));
      LOG.error("the audit file cannot be written: {}; {}", IoProblem.text(e), onFailure.meaning());
    }
    retryAt = System.nanoTime() + RETRY_NANOS;
    putBack();
    settleDecisions();
  }

  private void putBack() {
    chain.reject();
    telling = Optional.empty();
    for (Pending pending : linedUp.reversed()) {
      backlog.addFirst(pending);
    }
    linedUp.clear();
  }

  private boolean isReopened() {
    try {
      sink.reopen().ifPresent(aside -> notes.add(Gap.tornLine(clock.instant(), aside)));
      return true;
    } catch (IOException e) {
      retryAt = System.nanoTime() + RETRY_NANOS;
      return false;
    }
  }

  private void settleDecisions() {
    List<Pending> decisions = backlog.stream().filter(Pending::isDecision).toList();
    backlog.removeIf(Pending::isDecision);
    settle(decisions);
    decisions.forEach(decision -> shortfall.count(onFailure.kind()));
    onFailure.answer(decisions);
  }

  private void settle(Collection<Pending> done) {
    queue.settled(done.size(), done.stream().mapToLong(Pending::octets).sum());
  }

  private void end() {
    if (!backlog.isEmpty()) {
      LOG.error("audit events that could not be written before the end: {}", backlog.size());
      settle(backlog);
      Completions.fail(backlog, new AuditUnavailableException("the gate stopped"));
      backlog.clear();
    }
    try {
      sink.close();
    } catch (IOException e) {
      LOG.error("the audit file could not be closed: {}", IoProblem.text(e));
    }
  }
}
