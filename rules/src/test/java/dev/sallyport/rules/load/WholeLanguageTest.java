package dev.sallyport.rules.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.Policy;
import dev.sallyport.rules.Profile;
import dev.sallyport.rules.TestPolicy;
import dev.sallyport.rules.check.PolicyTests;
import dev.sallyport.rules.check.PolicyWarnings;
import dev.sallyport.rules.check.TestResult;
import dev.sallyport.rules.check.Warning;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The example that the documentation shows uses the whole language.
class WholeLanguageTest {
  private static final Path EXAMPLE = Path.of("../docs/examples/policy.yaml");
  private static final Path COMPANY = Path.of("../docs/examples/company");
  private static final Instant FAR_OFF = Instant.parse("2040-01-01T00:00:00Z");

  @Test
  void theExampleLoadsAndItsTestsPass() throws IOException, LoadException {
    Policy policy = PolicyLoader.load(EXAMPLE);
    assertEquals(7, policy.source().classes().size());
    assertEquals(4, policy.source().profiles().size());
    assertEquals(4, policy.source().tests().size());
    for (TestResult result : PolicyTests.run(policy, TestPolicy.AT)) {
      assertEquals("", result.differed(), result.line());
    }
  }

  @Test
  void theExampleOfACompanyLoadsAndItsTestsPass() throws IOException, LoadException {
    Policy policy = PolicyLoader.load(COMPANY);
    assertEquals(
        List.of("developer", "contractor", "ci", "sealed"),
        policy.source().profiles().stream().map(Profile::name).toList());
    assertEquals(2, policy.source().exceptions().size());
    assertTrue(policy.source().tests().size() >= 40, "forty tests and more");
    // Also once every exception has ended: then their tests say the opposite.
    for (Instant at : List.of(TestPolicy.AT, Instant.parse("2026-10-01T00:00:00Z"), FAR_OFF)) {
      for (TestResult result : PolicyTests.run(policy, at)) {
        assertEquals("", result.differed(), result.line());
      }
    }
    assertEquals(
        List.of("exception EX-9 of jon ended at 2026-10-15T00:00:00Z; remove it, or renew it"),
        PolicyWarnings.of(policy, TestPolicy.AT).stream()
            .map(Warning::text)
            .filter(text -> !text.contains("opens addresses"))
            .toList());
  }
}
