package dev.sallyport.proxy.metrics;

import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Reason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// The counters of one traffic class, each found by an index so that counting allocates nothing.
/// Safe on any thread.
final class ClassMeters {
  private static final int REASONS = Reason.values().length;
  private static final int OUTCOMES = Outcome.values().length;

  private final MeterRegistry registry;
  private final String name;
  private final AtomicReferenceArray<@Nullable Counter> decisions =
      new AtomicReferenceArray<>(OUTCOMES * REASONS);
  private final Counter sent;
  private final Counter received;
  private final Counter newDestinations;

  ClassMeters(MeterRegistry registry, String name) {
    this.registry = registry;
    this.name = name;
    this.sent = bytes("sent");
    this.received = bytes("received");
    this.newDestinations =
        Counter.builder("sallyport.destinations.new")
            .description("Destinations that were allowed for the first time since the start.")
            .tag("class", name)
            .register(registry);
  }

  /// Counts one decision. A counter comes into being with its first decision, so that a scrape
  /// shows what happened and not every combination that could.
  void decided(Outcome outcome, Reason reason) {
    int at = outcome.ordinal() * REASONS + reason.ordinal();
    Counter counter = decisions.get(at);
    if (counter == null) {
      // Two threads may get here at once: the registry gives both the same counter.
      counter = decisionCounter(outcome, reason);
      decisions.set(at, counter);
    }
    counter.increment();
  }

  /// Counts a destination that was not seen before.
  void newDestination() {
    newDestinations.increment();
  }

  /// Counts octets.
  void transferred(long octetsSent, long octetsReceived) {
    sent.increment((double) octetsSent);
    received.increment((double) octetsReceived);
  }

  private Counter decisionCounter(Outcome outcome, Reason reason) {
    return Counter.builder("sallyport.decisions")
        .description("Decisions on tunnels and requests.")
        .tag("class", name)
        .tag("outcome", outcome.code())
        .tag("reason", reason.code())
        .register(registry);
  }

  private Counter bytes(String direction) {
    return Counter.builder("sallyport.transferred")
        .description("Octets between clients and origins: sent to origins, received from them.")
        .baseUnit("bytes")
        .tag("class", name)
        .tag("direction", direction)
        .register(registry);
  }
}
