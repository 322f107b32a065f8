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
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Takes down what happened: the event in the log and the numbers in the metrics, in one place.
/// Safe on any thread.
public final class Journal {
  private final AuditLog log;
  private final GateMetrics metrics;
  private final Clock clock;

  public Journal(AuditLog log, GateMetrics metrics, Clock clock) {
    this.log = log;
    this.metrics = metrics;
    this.clock = clock;
  }

  /// The time that events carry.
  public Instant now() {
    return clock.instant();
  }

  /// Whether events are taken now.
  public boolean isAvailable() {
    return log.isAvailable();
  }

  /// Takes down a verdict; the future is that of [AuditLog#write].
  public Future<Void> decided(
      Subject subject, Decision decision, OptionalInt status, EventExecutor loop) {
    metrics.decided(decision);
    return write(new AuditEvent.Decided(now(), subject, decision, status), loop);
  }

  /// Takes down how something allowed ended.
  ///
  /// @param since when it was asked for
  public void closed(Subject subject, Decision decision, Since since, End end, EventExecutor loop) {
    decision.trafficClass().ifPresent(name -> metrics.transferred(name, end.sent, end.received));
    Instant at = now();
    var _ =
        write(
            new AuditEvent.Closed(
                at,
                subject,
                decision,
                since.route,
                since.peer,
                end.sent,
                end.received,
                Duration.between(since.at, at),
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
  /// @param route empty when nothing was dialled
  public record Since(Instant at, Optional<String> route, Optional<InetSocketAddress> peer) {}

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
