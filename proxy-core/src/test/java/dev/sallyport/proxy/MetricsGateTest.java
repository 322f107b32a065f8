package dev.sallyport.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.testing.Policies;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.TestOrigin;
import dev.sallyport.proxy.transport.Transport;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What alerts rest on, in the numbers of a running gate.
class MetricsGateTest {
  @TempDir private Path folder = Path.of("");

  private static double number(TestGate gate, String series) {
    return gate.gate()
        .metrics()
        .scrape()
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError(series + " is not there"));
  }

  private static String exceptions(Instant... ends) {
    StringBuilder text = new StringBuilder("exceptions:\n");
    for (int i = 0; i < ends.length; i++) {
      text.append("  - {id: EX-%d, class: web, allow: x%d.example.com, ".formatted(i, i))
          .append("reason: outage, owner: me, expires: %s}\n".formatted(ends[i]));
    }
    return text.toString();
  }

  @Test
  void theNextEndOfAnExceptionIsShownAndThoseThatHaveEndedAreNot() throws Exception {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Instant next = now.plus(Duration.ofDays(2));
    String exceptions = exceptions(now.minusSeconds(60), now.plus(Duration.ofDays(3)), next);
    try (TestGate gate =
        TestGate.start(
            Transport.best(), folder, "", Policies.allowing("a.example.com") + exceptions)) {
      assertEquals(2, number(gate, "sallyport_exceptions_in_force"));
      assertEquals(
          (double) next.getEpochSecond(),
          number(gate, "sallyport_exceptions_next_expiry_timestamp_seconds"));
      assertEquals(1, number(gate, "sallyport_audit_available"));
      assertTrue(
          Double.isNaN(
              number(
                  gate, "sallyport_certificate_expiry_timestamp_seconds{certificate=\"root\"}")));
    }
  }

  @Test
  void aRejectedPolicyShowsUntilOneIsTakenUp() throws Exception {
    String good = Policies.allowing("a.example.com");
    try (TestGate gate = TestGate.start(Transport.best(), folder, "", good)) {
      assertEquals(1, number(gate, "sallyport_policy_last_load_successful"));
      assertThrows(PolicyRejectedException.class, () -> gate.reload("sallyport: 1\nnonsense: 1\n"));
      assertEquals(0, number(gate, "sallyport_policy_last_load_successful"));
      gate.reload(good);
      assertEquals(1, number(gate, "sallyport_policy_last_load_successful"));
    }
  }

  @Test
  void theEndsOfTheAuthoritysCertificatesAreShown() throws Exception {
    String settings = "intercept: {authority: memory, refuse-in-band: always}\n";
    try (TestGate gate =
        TestGate.start(Transport.best(), folder, settings, Policies.allowing("a.example.com"))) {
      double now = Instant.now().getEpochSecond();
      for (String name : new String[] {"root", "intercept", "refuse"}) {
        double end =
            number(
                gate,
                "sallyport_certificate_expiry_timestamp_seconds{certificate=\"" + name + "\"}");
        assertTrue(end > now + Duration.ofDays(30).toSeconds(), () -> name + " ends at " + end);
      }
    }
  }

  @Test
  void aClassStandsAtZeroBeforeItsFirstDestination() throws Exception {
    try (TestOrigin origin = TestOrigin.startEcho();
        TestGate gate =
            TestGate.start(
                Transport.best(),
                folder,
                "connect-to: {\"*:*\": \"127.0.0.1:" + origin.port() + "\"}\n",
                Policies.allowing("{host: a.example.com, tunnel: any}"))) {
      assertEquals(0, number(gate, "sallyport_destinations_new_total{class=\"web\"}"));
      gate.tunnel("a.example.com:443").close();
      gate.tunnel("a.example.com:443").close();
      assertEquals(1, number(gate, "sallyport_destinations_new_total{class=\"web\"}"));
    }
  }
}
