package dev.sallyport.proxy.metrics;

import dev.sallyport.proxy.names.DnsOutcome;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.PolicyStamp;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.TrafficClass;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Everything that the gate counts. Safe on any thread; counting never blocks and allocates nothing
/// once a class has been seen, so event loops call it directly.
public final class GateMetrics {
  /// Traffic classes with numbers of their own. A gate that reloads for months under ever new class
  /// names counts the later ones together, under [#OTHER_CLASSES].
  static final int MAX_CLASSES = 256;

  /// The class label of decisions that belong to no class.
  static final TrafficClass NO_CLASS = new TrafficClass("none");

  /// The class label of classes beyond [#MAX_CLASSES].
  static final String OTHER_CLASSES = "other";

  /// Upper bounds of the dial histogram: a loopback parent, a near origin, a far one, the limits.
  private static final Duration[] DIAL_BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<TrafficClass, ClassMeters> classes = new ConcurrentHashMap<>();
  private @Nullable ClassMeters otherClasses;
  private final LongAdder openConnections = new LongAdder();
  private final LongAdder openTunnels = new LongAdder();
  private final Counter accepted;
  private final Map<ConnectionLimit, Counter> refused = new EnumMap<>(ConnectionLimit.class);
  private final Timer dials;
  private final Map<Reason, Counter> dialFailures = new ConcurrentHashMap<>();
  private final Counter auditWritten;
  private final Counter auditUnavailable;
  private final Counter policyLoaded;
  private final Counter policyRejected;
  private final KnownDestinations known = new KnownDestinations();
  private volatile boolean lastLoadSuccessful;
  private final Map<DnsOutcome, Counter> dnsQueries = new EnumMap<>(DnsOutcome.class);
  private @Nullable Gauge policyInfo;

  /// Meters at zero.
  public GateMetrics() {
    classes.put(NO_CLASS, new ClassMeters(registry, NO_CLASS.name()));
    gauge("sallyport.connections.open", "Clients' connections that are open.", openConnections);
    gauge("sallyport.tunnels.open", "Tunnels that are open.", openTunnels);
    accepted =
        Counter.builder("sallyport.connections.accepted")
            .description("Clients' connections that were taken.")
            .register(registry);
    for (ConnectionLimit limit : ConnectionLimit.values()) {
      refused.put(limit, refusals(limit));
    }
    dials =
        Timer.builder("sallyport.dial")
            .description("Time to resolve a permitted destination and connect to it.")
            .serviceLevelObjectives(DIAL_BUCKETS)
            .register(registry);
    auditWritten = audit("written");
    auditUnavailable = audit("unavailable");
    for (DnsOutcome outcome : DnsOutcome.values()) {
      dnsQueries.put(outcome, dnsQueries(outcome));
    }
    policyLoaded = policyLoads("loaded");
    policyRejected = policyLoads("rejected");
    Gauge.builder("sallyport.policy.last.load.successful", () -> lastLoadSuccessful ? 1 : 0)
        .description("1 when the policy on file was put in force, 0 when an older one stays.")
        .register(registry);
    Gauge.builder("sallyport.destinations.known", known, KnownDestinations::size)
        .description("Different destinations that were allowed since the start.")
        .register(registry);
    // A number, not a function of the clock: when this was made does not change.
    double began = Instant.now().getEpochSecond();
    Gauge.builder("sallyport.start.time", () -> began)
        .description("When the gate started, in seconds since 1970.")
        .baseUnit("seconds")
        .register(registry);
  }

  /// Shows the state of the running gate as well. Once.
  public void observe(ObservedState state) {
    new StateGauges(registry).show(state);
  }

  /// A decision was made.
  public void decided(Decision decision) {
    ClassMeters meters = metersOf(decision.trafficClass().orElse(NO_CLASS));
    meters.decided(decision.outcome(), decision.reason());
    if (decision.permit().isPresent() && known.add(decision.permit().get().destination())) {
      meters.newDestination();
    }
  }

  /// A client's connection was taken. Each is followed by one [#connectionClosed()].
  public void connectionOpened() {
    accepted.increment();
    openConnections.increment();
  }

  /// A connection that was taken has ended.
  public void connectionClosed() {
    openConnections.decrement();
  }

  /// A client's connection was turned away; it never counts as open.
  public void connectionRefused(ConnectionLimit limit) {
    Counter counter = refused.get(limit);
    if (counter != null) {
      counter.increment();
    }
  }

  /// A tunnel began to relay. Each is followed by one [#tunnelClosed()].
  public void tunnelOpened() {
    openTunnels.increment();
  }

  /// A tunnel has ended.
  public void tunnelClosed() {
    openTunnels.decrement();
  }

  /// A listener shows a certificate.
  ///
  /// @param expires when the one in use ends
  public void certificate(String listener, Supplier<Instant> expires) {
    Gauge.builder("sallyport.certificate.expiry.timestamp", () -> expires.get().getEpochSecond())
        .description("When a certificate of the gate ends.")
        .baseUnit("seconds")
        .tag("certificate", certificateName(listener))
        .register(registry);
  }

  /// What the certificate of a listener is called.
  public static String certificateName(String listener) {
    return "listener:" + listener;
  }

  /// Clients' connections that are open now.
  public long openConnections() {
    return openConnections.sum();
  }

  /// Tunnels that are open now.
  public long openTunnels() {
    return openTunnels.sum();
  }

  /// Octets moved.
  ///
  /// @param sent octets towards the origin
  /// @param received octets from the origin
  public void transferred(TrafficClass trafficClass, long sent, long received) {
    metersOf(trafficClass).transferred(sent, received);
  }

  /// A dial succeeded.
  public void dialled(Duration took) {
    dials.record(took);
  }

  /// A dial failed.
  public void dialFailed(Reason reason) {
    dialFailures.computeIfAbsent(reason, this::dialFailure).increment();
  }

  /// A query came to the DNS stub.
  public void dnsQuery(DnsOutcome outcome) {
    Counter counter = dnsQueries.get(outcome);
    if (counter != null) {
      counter.increment();
    }
  }

  /// An event was written.
  public void auditWritten() {
    auditWritten.increment();
  }

  /// An event could not be written.
  public void auditUnavailable() {
    auditUnavailable.increment();
  }

  /// A policy came into force; it takes the place of the one before in `sallyport_policy_info`.
  ///
  /// @param names its classes, whose numbers stand at zero before anything happens in them: an
  ///   alert on a number's growth does not see the first step of one that was not there
  public synchronized void policyLoaded(PolicyStamp policy, Collection<TrafficClass> names) {
    policyLoaded.increment();
    lastLoadSuccessful = true;
    names.forEach(this::metersOf);
    Gauge before = policyInfo;
    if (before != null) {
      registry.remove(before);
    }
    policyInfo =
        Gauge.builder("sallyport.policy.info", () -> 1)
            .description("The policy in force.")
            .tag("name", policy.name())
            .tag("version", policy.version())
            .register(registry);
  }

  /// A policy was not loaded; the one before stays in force.
  public void policyRejected() {
    policyRejected.increment();
    lastLoadSuccessful = false;
  }

  /// All numbers in Prometheus' text format. Takes up to a few milliseconds: not for the event
  /// loops of connections.
  public String scrape() {
    return scrape(MetricsFormat.TEXT);
  }

  /// All numbers in the given form; see [#scrape()].
  public String scrape(MetricsFormat format) {
    return registry.scrape(format.contentType());
  }

  private ClassMeters metersOf(TrafficClass trafficClass) {
    ClassMeters known = classes.get(trafficClass);
    return known != null ? known : newMeters(trafficClass);
  }

  private synchronized ClassMeters newMeters(TrafficClass trafficClass) {
    ClassMeters known = classes.get(trafficClass);
    if (known != null) {
      return known;
    }
    // One more, because the class for none is among them.
    if (classes.size() < MAX_CLASSES + 1) {
      ClassMeters meters = new ClassMeters(registry, trafficClass.name());
      classes.put(trafficClass, meters);
      return meters;
    }
    if (otherClasses == null) {
      otherClasses = new ClassMeters(registry, OTHER_CLASSES);
    }
    return otherClasses;
  }

  private void gauge(String name, String description, LongAdder value) {
    Gauge.builder(name, value, LongAdder::sum).description(description).register(registry);
  }

  private Counter refusals(ConnectionLimit limit) {
    return Counter.builder("sallyport.connections.refused")
        .description("Clients' connections that a limit turned away.")
        .tag("limit", limit.code())
        .register(registry);
  }

  private Counter dialFailure(Reason reason) {
    return Counter.builder("sallyport.dial.failures")
        .description("Permitted destinations that could not be connected to.")
        .tag("reason", reason.code())
        .register(registry);
  }

  private Counter dnsQueries(DnsOutcome outcome) {
    return Counter.builder("sallyport.dns.queries")
        .description("Queries to the DNS stub, by what became of them.")
        .tag("outcome", outcome.code())
        .register(registry);
  }

  private Counter audit(String result) {
    return Counter.builder("sallyport.audit.events")
        .description("Audit events handed over, by what became of them.")
        .tag("result", result)
        .register(registry);
  }

  private Counter policyLoads(String result) {
    return Counter.builder("sallyport.policy.loads")
        .description("Policies read, by what became of them.")
        .tag("result", result)
        .register(registry);
  }
}
