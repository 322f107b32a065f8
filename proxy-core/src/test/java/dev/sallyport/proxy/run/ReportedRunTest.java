package dev.sallyport.proxy.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.ReportMode;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportedRunTest {
  private static final Instant NOW = Instant.parse("2026-11-28T08:00:00.5Z");

  @Test
  void hasAnOwnerAndAnEnd() {
    ReportMode mode = ReportedRun.mode(Map.of("USER", "dev", "LOGNAME", "other"), NOW);
    assertEquals(new ReportMode("dev", Instant.parse("2026-11-28T20:00:00Z")), mode);
    assertEquals("other", ReportedRun.mode(Map.of("LOGNAME", "other"), NOW).owner());
    assertTrue(mode.isInForce(Instant.parse("2026-11-28T19:59:59Z")));
    assertFalse(mode.isInForce(Instant.parse("2026-11-28T20:00:00Z")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "x\u001b[2J", "y\n"})
  void aNameThatIsNoneIsNotSaid(String user) {
    assertEquals("whoever started this run", ReportedRun.mode(Map.of("USER", user), NOW).owner());
  }
}
