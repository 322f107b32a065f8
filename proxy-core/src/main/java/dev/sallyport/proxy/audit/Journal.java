package dev.sallyport.proxy.audit;

import dev.sallyport.proxy.metrics.GateMetrics;
import dev.sallyport.proxy.stage.Side;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Reason;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/// Takes down what happened: the event in the log and the numbers in the metrics, in one place.
/// Safe on any thread.
public final class Journal {
  /// How often refusals that are only counted are told of, for each client.
  static final Duration REPEATED_EVERY = Duration.ofSeconds(1);

  /// Over which time those who were counted get their answers, once they are told of.
  static final Duration ANSWERED_OVER = Duration.ofSeconds(1);

  private final AuditLog log;
  private final GateMetrics metrics;
  private final Clock clock;
  private final EventAllowance allowance;
  private final ClientSessions sessions = new ClientSessions(System::nanoTime);
  private final Map<CountedClient, RepeatedRefusals> repeated = new HashMap<>();

  /// @param allowance how many refusals have an event of their own
  public Journal(AuditLog log, GateMetrics metrics, Clock clock, EventAllowance allowance) {
    this.log = log;
    this.metrics = metrics;
    this.clock = clock;
    this.allowance = allowance;
  }

  /// The time that events carry.
  public Instant now() {
    return clock.instant();
  }

  /// The same subject with the sessions that it belongs to, as far as they are known by now. What
  /// is taken down gets them by itself; whoever asks before keeps them for the end of the same
  /// request.
  public Subject joined(Subject subject) {
    return sessions.join(subject);
  }

  /// From now on every event carries the id of an emergency, or none.
  public void mark(Optional<String> glass) {
    log.mark(glass);
  }

  /// Whether events are taken now.
  public boolean isAvailable() {
    return log.isAvailable();
  }

  /// Takes down a verdict; the future is that of [AuditLog#write]. A refusal of a client that has
  /// used up its allowance is counted: within [#REPEATED_EVERY] there is one event for all that
  /// were counted, and within [#ANSWERED_OVER] after it their futures complete.
  public Future<Void> decided(
      Subject subject, Decision decision, OptionalInt status, EventExecutor loop) {
    metrics.decided(decision);
    if (decision.permit().isEmpty()) {
      Optional<CountedClient> spent = allowance.spent(subject);
      if (spent.isPresent()) {
        return counted(spent.get(), subject, decision, loop);
      }
    }
    return write(new AuditEvent.Decided(now(), joined(subject), decision, status), loop);
  }

  /// Takes down how something allowed ended.
  ///
  /// @param since how it began
  public void closed(Subject subject, Decision decision, Since since, End end, EventExecutor loop) {
    decision.trafficClass().ifPresent(name -> metrics.transferred(name, end.sent, end.received));
    Instant at = now();
    var _ =
        write(
            new AuditEvent.Closed(
                at,
                joined(subject),
                decision,
                since.route,
                since.peer,
                end.sent,
                end.received,
                since.took,
                end.reason,
                end.side,
                end.status),
            loop);
  }

  /// Takes down what happened to the gate itself.
  public Future<Void> administrative(
      AuditEvent.Kind kind, Map<String, Object> details, EventExecutor loop) {
    return write(new AuditEvent.Administrative(now(), kind, details), loop);
  }

  private Future<Void> counted(
      CountedClient client, Subject subject, Decision decision, EventExecutor loop) {
    Instant at = now();
    synchronized (repeated) {
      RepeatedRefusals refusals = repeated.get(client);
      if (refusals == null) {
        refusals = new RepeatedRefusals(client, subject, at);
        repeated.put(client, refusals);
        loop.schedule(
            () -> tell(client, loop, ANSWERED_OVER),
            REPEATED_EVERY.toNanos(),
            TimeUnit.NANOSECONDS);
      }
      return refusals.count(subject, decision, at, loop);
    }
  }

  private void tell(CountedClient client, EventExecutor loop, Duration answeredOver) {
    Optional<RepeatedRefusals> told;
    synchronized (repeated) {
      told = Optional.ofNullable(repeated.remove(client));
    }
    told.ifPresent(
        refusals -> {
          var _ = administrative(AuditEvent.Kind.REPEATED, refusals.details(), loop);
          refusals.release(answeredOver);
        });
  }

  /// Tells now of all refusals that were counted and not told of yet; before the last event.
  public void tellRepeated(EventExecutor loop) {
    List<CountedClient> clients;
    synchronized (repeated) {
      clients = List.copyOf(repeated.keySet());
    }
    clients.forEach(client -> tell(client, loop, Duration.ZERO));
  }

  private Future<Void> write(AuditEvent event, EventExecutor loop) {
    Future<Void> written = log.write(event, loop);
    written.addListener(
        done -> {
          if (done.isSuccess()) {
            metrics.auditWritten();
          } else {
            metrics.auditUnavailable();
          }
        });
    return written;
  }

  /// The beginning of what is closed now.
  ///
  /// @param took from the request to the end, by a clock that does not jump
  /// @param route empty when nothing was dialled
  public record Since(Duration took, Optional<String> route, Optional<InetSocketAddress> peer) {}

  /// The end of what is closed now.
  ///
  /// @param status what the client saw, where it was HTTP
  public record End(Reason reason, Side side, long sent, long received, OptionalInt status) {
    /// An end without octets.
    public static End of(Reason reason, Side side) {
      return new End(reason, side, 0, 0, OptionalInt.empty());
    }
  }
}
