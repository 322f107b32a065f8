package dev.sallyport.proxy;

import dev.sallyport.proxy.audit.Journal;
import dev.sallyport.proxy.audit.Subject;
import dev.sallyport.proxy.dial.DialOutcome;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Reason;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// The record of one CONNECT, from its decision to its end. On the client's event loop.
final class ConnectRecord {
  private final Journal journal;
  private final EventLoop loop;
  private final Decision decision;
  private final long began = System.nanoTime();

  /// Its time begins now.
  ConnectRecord(Journal journal, EventLoop loop, Decision decision) {
    this.journal = journal;
    this.loop = loop;
    this.decision = decision;
  }

  /// Takes down what was decided; the future is that of [Journal#decided].
  Future<Void> decided(Subject subject) {
    return journal.decided(subject, decision, OptionalInt.empty(), loop);
  }

  /// A second decision: what was allowed is taken back.
  void takenBack(Subject subject, Reason reason) {
    var _ = journal.decided(subject, decision.withdrawn(reason), OptionalInt.empty(), loop);
  }

  /// Takes down the end.
  ///
  /// @param to what was dialled
  void closed(Subject subject, Optional<DialOutcome.Connected> to, Journal.End end) {
    Journal.Since since =
        new Journal.Since(
            took(),
            to.map(connected -> connected.route().code()),
            to.map(DialOutcome.Connected::peer));
    journal.closed(subject, decision, since, end, loop);
  }

  /// How long it has lasted.
  Duration took() {
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
