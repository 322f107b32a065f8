package dev.sallyport.rules.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sallyport.rules.Policy;
import dev.sallyport.rules.TestPolicy;
import dev.sallyport.rules.check.PolicyTests;
import dev.sallyport.rules.check.TestResult;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The example that the documentation shows uses the whole language.
class WholeLanguageTest {
  private static final Path EXAMPLE = Path.of("../docs/examples/policy.yaml");

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
}
