package dev.sallyport.proxy.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.IdentityMethod;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.PolicyStamp;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.TrafficClass;
import dev.sallyport.rules.load.PolicyLoader;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GateMetricsTest {
  private static final TrafficClass PACKAGES = new TrafficClass("packages");
  private static final PolicyStamp STAMP = new PolicyStamp("acme", "3f9c2e1a");
  private static final String POLICY =
      """
      sallyport: 1
      name: acme
      classes:
        packages:
          allow: [registry.example.com]
      profiles:
        ci: {classes: [packages]}
      assign:
        - {any: true, profile: ci}
      """;

  /// `name{labels} value`, with the escapes of the text format inside the quotes.
  private static final Pattern SERIES =
      Pattern.compile(
          "([a-z_]+)(\\{[a-z]+=\"(?:[^\"\\\\\n]|\\\\.)*\"(?:,[a-z]+=\"(?:[^\"\\\\\n]|\\\\.)*\")*})?"
              + " ([-+0-9.eE]+|\\+Inf|NaN)");

  private final GateMetrics metrics = new GateMetrics();

  @Test
  void decisionsAreCountedByClassOutcomeAndReason() throws Exception {
    Policy policy = PolicyLoader.load("policy.yaml", POLICY);
    Decision allowed =
        policy.decide("ci", IdentityMethod.TOKEN, to("registry.example.com"), Instant.now());
    Decision unlisted =
        policy.decide("ci", IdentityMethod.TOKEN, to("evil.example"), Instant.now());
    metrics.decided(allowed);
    metrics.decided(allowed);
    metrics.decided(allowed.withdrawn(Reason.SNI_MISMATCH));
    metrics.decided(unlisted);
    shows("sallyport_decisions_total{class=\"packages\",outcome=\"allow\",reason=\"listed\"} 2.0");
    shows(
        "sallyport_decisions_total{class=\"packages\",outcome=\"deny\",reason=\"sni-mismatch\"}"
            + " 1.0");
    shows("sallyport_decisions_total{class=\"none\",outcome=\"deny\",reason=\"not-listed\"} 1.0");
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void everyReasonHasALabelOfItsOwn(Reason reason) {
    metrics.decided(Decision.refused(reason, STAMP, IdentityMethod.NONE));
    shows(
        "sallyport_decisions_total{class=\"none\",outcome=\"deny\",reason=\"%s\"} 1.0"
            .formatted(reason.code()));
  }

  @Test
  void openConnectionsGoUpAndDown() {
    metrics.connectionOpened();
    metrics.connectionOpened();
    metrics.connectionClosed();
    metrics.tunnelOpened();
    shows("sallyport_connections_open 1.0");
    shows("sallyport_connections_accepted_total 2.0");
    shows("sallyport_tunnels_open 1.0");
    assertEquals(1, metrics.openConnections());
    assertEquals(1, metrics.openTunnels());
    metrics.tunnelClosed();
    shows("sallyport_tunnels_open 0.0");
  }

  @Test
  void refusedConnectionsAreCountedByLimitAndNeverOpen() {
    metrics.connectionRefused(ConnectionLimit.CONNECTIONS_PER_CLIENT);
    shows("sallyport_connections_refused_total{limit=\"connections\"} 0.0");
    shows("sallyport_connections_refused_total{limit=\"connections-per-client\"} 1.0");
    shows("sallyport_connections_open 0.0");
  }

  @Test
  void octetsAreCountedByClassAndDirection() {
    metrics.transferred(PACKAGES, 10, 4_000_000_000L);
    metrics.transferred(PACKAGES, 5, 1);
    shows("sallyport_transferred_bytes_total{class=\"packages\",direction=\"sent\"} 15.0");
    shows(
        "sallyport_transferred_bytes_total{class=\"packages\",direction=\"received\"}"
            + " 4.000000001E9");
  }

  @Test
  void dialTimeHasBuckets() {
    metrics.dialled(Duration.ofMillis(30));
    metrics.dialled(Duration.ofSeconds(60));
    metrics.dialFailed(Reason.ORIGIN_UNRESOLVED);
    shows("sallyport_dial_seconds_bucket{le=\"0.025\"} 0");
    shows("sallyport_dial_seconds_bucket{le=\"0.05\"} 1");
    shows("sallyport_dial_seconds_bucket{le=\"10.0\"} 1");
    shows("sallyport_dial_seconds_bucket{le=\"+Inf\"} 2");
    shows("sallyport_dial_failures_total{reason=\"origin-unresolved\"} 1.0");
  }

  @Test
  void auditEventsAreCountedByWhatBecameOfThem() {
    metrics.auditWritten();
    metrics.auditUnavailable();
    metrics.auditUnavailable();
    shows("sallyport_audit_events_total{result=\"written\"} 1.0");
    shows("sallyport_audit_events_total{result=\"unavailable\"} 2.0");
  }

  @Test
  void aDestinationIsNewOnceAndOnlyWhenItIsAllowed() throws Exception {
    metrics.policyLoaded(STAMP, List.of(PACKAGES));
    shows("sallyport_destinations_new_total{class=\"packages\"} 0.0");
    Policy policy = PolicyLoader.load("policy.yaml", POLICY);
    Destination listed = to("registry.example.com");
    metrics.decided(policy.decide("ci", IdentityMethod.TOKEN, listed, Instant.now()));
    metrics.decided(policy.decide("ci", IdentityMethod.TOKEN, listed, Instant.now()));
    metrics.decided(policy.decide("ci", IdentityMethod.TOKEN, to("evil.example"), Instant.now()));
    shows("sallyport_destinations_new_total{class=\"packages\"} 1.0");
    shows("sallyport_destinations_new_total{class=\"none\"} 0.0");
    shows("sallyport_destinations_known 1.0");
  }

  @Test
  void destinationsBeyondTheLimitAreNotRemembered() throws Exception {
    KnownDestinations known = new KnownDestinations();
    for (int i = 0; i < KnownDestinations.MAX; i++) {
      assertTrue(known.add(to("n" + i + ".example")));
    }
    assertFalse(known.add(to("one-more.example")));
    assertFalse(known.add(to("n0.example")));
    assertEquals(KnownDestinations.MAX, known.size());
  }

  @Test
  void theStateIsAskedAtEachScrape() {
    Observed state = new Observed();
    metrics.observe(state);
    shows("sallyport_audit_available 1.0");
    shows("sallyport_exceptions_in_force 0.0");
    shows("sallyport_exceptions_next_expiry_timestamp_seconds NaN");
    shows("sallyport_certificate_expiry_timestamp_seconds{certificate=\"root\"} NaN");
    state.available = false;
    state.ends = List.of(Instant.ofEpochSecond(2_000), Instant.ofEpochSecond(1_000));
    shows("sallyport_audit_available 0.0");
    shows("sallyport_exceptions_in_force 2.0");
    shows("sallyport_exceptions_next_expiry_timestamp_seconds 1000.0");
    shows("sallyport_certificate_expiry_timestamp_seconds{certificate=\"root\"} 1000.0");
  }

  @Test
  void theStartIsATime() {
    long now = Instant.now().getEpochSecond();
    double start =
        lines().stream()
            .filter(line -> line.startsWith("sallyport_start_time_seconds "))
            .mapToDouble(line -> Double.parseDouble(line.split(" ", 2)[1]))
            .findFirst()
            .orElseThrow();
    assertTrue(start <= now && start > now - 600, () -> "started at " + start);
  }

  @Test
  void onlyThePolicyInForceIsShown() {
    shows("sallyport_policy_last_load_successful 0.0");
    metrics.policyLoaded(STAMP, List.of(PACKAGES));
    shows("sallyport_policy_last_load_successful 1.0");
    metrics.policyRejected();
    shows("sallyport_policy_last_load_successful 0.0");
    metrics.policyLoaded(new PolicyStamp("acme", "77"), List.of());
    metrics.policyLoaded(new PolicyStamp("acme", "77"), List.of());
    shows("sallyport_policy_info{name=\"acme\",version=\"77\"} 1");
    assertFalse(metrics.scrape().contains("3f9c2e1a"), metrics.scrape());
    shows("sallyport_policy_loads_total{result=\"loaded\"} 3.0");
    shows("sallyport_policy_loads_total{result=\"rejected\"} 1.0");
  }

  @Test
  void classesBeyondTheLimitAreCountedTogether() {
    for (int i = 0; i < GateMetrics.MAX_CLASSES; i++) {
      metrics.transferred(new TrafficClass("class-" + i), 1, 0);
    }
    assertFalse(metrics.scrape().contains("\"other\""));
    metrics.transferred(new TrafficClass("one-more"), 1, 0);
    metrics.transferred(new TrafficClass("another"), 1, 0);
    metrics.transferred(new TrafficClass("class-0"), 1, 0);
    shows("sallyport_transferred_bytes_total{class=\"other\",direction=\"sent\"} 2.0");
    shows("sallyport_transferred_bytes_total{class=\"class-0\",direction=\"sent\"} 2.0");
    assertFalse(metrics.scrape().contains("one-more"));
  }

  @Test
  void everySeriesHasHelpAndType() {
    everythingOnce();
    metrics.policyLoaded(new PolicyStamp("quote\" slash\\ line\nend", "1"), List.of());
    metrics.observe(new Observed());
    Set<String> typed = new HashSet<>();
    Set<String> helped = new HashSet<>();
    for (String line : lines()) {
      if (line.startsWith("# HELP ")) {
        String[] parts = line.split(" ", 4);
        assertFalse(parts[3].isBlank(), line);
        helped.add(parts[2]);
      } else if (line.startsWith("# TYPE ")) {
        typed.add(line.split(" ", 4)[2]);
      } else {
        Matcher series = SERIES.matcher(line);
        assertTrue(series.matches(), line);
        String family = series.group(1).replaceFirst("_(bucket|count|sum)$", "");
        assertTrue(typed.contains(family), line);
        assertTrue(helped.contains(family), line);
        assertTrue(family.startsWith("sallyport_"), line);
      }
    }
    assertTrue(typed.size() >= 19, typed::toString);
  }

  @Test
  void openMetricsEndsAsItMust() {
    everythingOnce();
    assertTrue(metrics.scrape(MetricsFormat.OPEN_METRICS).endsWith("# EOF\n"));
  }

  @Test
  void nothingIsLostBetweenThreads() throws Exception {
    int threads = 4;
    int each = 10_000;
    Decision decision = Decision.refused(Reason.MALFORMED, STAMP, IdentityMethod.NONE);
    try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
      for (int i = 0; i < threads; i++) {
        workers.execute(
            () -> {
              for (int n = 0; n < each; n++) {
                metrics.decided(decision);
                metrics.transferred(PACKAGES, 1, 2);
                metrics.connectionOpened();
              }
            });
      }
      workers.shutdown();
      assertTrue(workers.awaitTermination(60, TimeUnit.SECONDS));
    }
    shows(
        "sallyport_decisions_total{class=\"none\",outcome=\"deny\",reason=\"malformed\"} 40000.0");
    shows("sallyport_transferred_bytes_total{class=\"packages\",direction=\"received\"} 80000.0");
    assertEquals(40_000, metrics.openConnections());
  }

  @Test
  void countingAllocatesNothingWorthNaming() throws Exception {
    assumeTrue(ManagementFactory.getThreadMXBean() instanceof ThreadMXBean);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    assumeTrue(threads.isThreadAllocatedMemorySupported());
    Policy policy = PolicyLoader.load("policy.yaml", POLICY);
    Decision allowed =
        policy.decide("ci", IdentityMethod.TOKEN, to("registry.example.com"), Instant.now());
    int rounds = 100_000;
    count(allowed, rounds);
    long before = threads.getCurrentThreadAllocatedBytes();
    count(allowed, rounds);
    long perRound = (threads.getCurrentThreadAllocatedBytes() - before) / rounds;
    assertTrue(perRound < 8, () -> perRound + " octets for each connection");
  }

  private void count(Decision decision, int rounds) {
    for (int i = 0; i < rounds; i++) {
      metrics.connectionOpened();
      metrics.decided(decision);
      metrics.tunnelOpened();
      metrics.transferred(PACKAGES, 100, 200);
      metrics.tunnelClosed();
      metrics.connectionClosed();
    }
  }

  private void everythingOnce() {
    metrics.decided(Decision.refused(Reason.MALFORMED, STAMP, IdentityMethod.NONE));
    metrics.transferred(PACKAGES, 1, 1);
    metrics.dialled(Duration.ofMillis(3));
    metrics.dialFailed(Reason.ORIGIN_TIMEOUT);
  }

  private void shows(String line) {
    assertTrue(lines().contains(line), () -> line + " is not in\n" + metrics.scrape());
  }

  private List<String> lines() {
    return metrics.scrape().lines().toList();
  }

  private static Destination to(String host) throws Exception {
    return new Destination(Scheme.HTTPS, Host.parse(host), 443);
  }

  /// A gate whose state the test sets.
  private static final class Observed implements ObservedState {
    private boolean available = true;
    private List<Instant> ends = List.of();

    @Override
    public boolean auditAvailable() {
      return available;
    }

    @Override
    public List<Instant> exceptionEnds() {
      return ends;
    }

    @Override
    public Optional<Instant> certificateEnd(GateCertificate certificate) {
      return ends.stream().min(Instant::compareTo);
    }
  }
}
