package dev.sallyport.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.ClientIdentity.Proof;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.catalog.CatalogEntry;
import dev.sallyport.rules.catalog.Catalogs;
import dev.sallyport.rules.check.PolicyTests;
import dev.sallyport.rules.check.PolicyWarnings;
import dev.sallyport.rules.check.TestResult;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The policy of a first try.
class StarterPolicyTest {
  private static final ClientIdentity LOCAL =
      ClientIdentity.anonymous(InetAddress.ofLiteral("127.0.0.1"), "main");

  private final Policy policy = read();

  private static Policy read() {
    try {
      return PolicyLocation.read(PolicyLocation.starter());
    } catch (dev.sallyport.rules.load.LoadException wrong) {
      throw new AssertionError(wrong);
    }
  }

  @Test
  void itsTestsPassAndNothingInItIsDoubtful() {
    List<TestResult> results = PolicyTests.run(policy, Instant.now());
    assertFalse(results.isEmpty());
    assertEquals(List.of(), results.stream().filter(result -> !result.passed()).toList());
    assertEquals(List.of(), PolicyWarnings.of(policy, Instant.now()));
  }

  @ParameterizedTest
  @CsvSource({
    "anthropic/api, model",
    "anthropic/login, authentication",
    "npm/read, packages",
    "pypi/read, packages",
    "maven-central/read, packages",
    "crates/read, packages",
    "go/read, packages",
    "debian/read, packages",
    "github, source-control",
    "gitlab, source-control"
  })
  void whatASessionBeginsWithIsOpen(String catalog, String trafficClass) {
    for (CatalogEntry entry : Catalogs.builtIn().expand(catalog).orElseThrow()) {
      assertTrue(entry.pattern() instanceof HostPattern.Exact, entry.toString());
      HostPattern.Exact exact = (HostPattern.Exact) entry.pattern();
      Decision decision =
          policy.decide(LOCAL, new Destination(Scheme.HTTPS, exact.name(), 443), Instant.now());
      assertEquals(Outcome.ALLOW, decision.outcome(), exact.toString());
      assertEquals(trafficClass, decision.trafficClass().orElseThrow().name(), exact.toString());
    }
  }

  @ParameterizedTest
  @CsvSource({"pypi/publish", "crates/publish", "anthropic/docs", "anthropic/telemetry"})
  void whatItDoesNotNeedIsClosed(String catalog) {
    for (CatalogEntry entry : Catalogs.builtIn().expand(catalog).orElseThrow()) {
      HostPattern.Exact exact = (HostPattern.Exact) entry.pattern();
      Decision decision =
          policy.decide(LOCAL, new Destination(Scheme.HTTPS, exact.name(), 443), Instant.now());
      assertEquals(Outcome.DENY, decision.outcome(), exact.toString());
    }
  }

  @Test
  void theClientOfRunIsADeveloper() {
    ClientIdentity own =
        new ClientIdentity(
            new Proof.OwnListener(), InetAddress.ofLiteral("127.0.0.1"), "run", Map.of(), Map.of());
    assertEquals("developer", policy.profileOf(own).orElseThrow());
  }
}
