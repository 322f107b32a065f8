package dev.sallyport.proxy.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/// Gauges that ask the running gate at each scrape. Times are seconds since 1970, and NaN where
/// there is nothing that could end: no comparison in an alert holds for it.
final class StateGauges {
  private final MeterRegistry registry;

  StateGauges(MeterRegistry registry) {
    this.registry = registry;
  }

  /// Makes them.
  void show(ObservedState state) {
    gauge(
        "sallyport.audit.available",
        "1 while audit events are taken, 0 while they cannot be written.",
        () -> state.auditAvailable() ? 1 : 0);
    gauge(
        "sallyport.exceptions.in.force",
        "Exceptions of the policy that have not ended.",
        () -> state.exceptionEnds().size());
    time(
        "sallyport.exceptions.next.expiry.timestamp",
        "When the next exception of the policy ends.",
        () -> state.exceptionEnds().stream().min(Instant::compareTo));
    for (ObservedState.GateCertificate certificate : ObservedState.GateCertificate.values()) {
      Gauge.builder(
              "sallyport.certificate.expiry.timestamp",
              () -> seconds(state.certificateEnd(certificate)))
          .description("When a certificate of the gate ends.")
          .baseUnit("seconds")
          .tag("certificate", certificate.code())
          .register(registry);
    }
  }

  private void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).register(registry);
  }

  private void time(String name, String description, Supplier<Optional<Instant>> value) {
    Gauge.builder(name, () -> seconds(value.get()))
        .description(description)
        .baseUnit("seconds")
        .register(registry);
  }

  private static double seconds(Optional<Instant> at) {
    return at.isPresent() ? at.get().getEpochSecond() : Double.NaN;
  }
}
