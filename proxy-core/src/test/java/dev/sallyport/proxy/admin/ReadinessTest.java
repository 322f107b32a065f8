package dev.sallyport.proxy.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.Reason;
import org.junit.jupiter.api.Test;

class ReadinessTest {
  @Test
  void withoutObstaclesItIsReady() {
    assertTrue(Readiness.ready().isReady());
    assertEquals("ready", Readiness.ready().text());
  }

  @Test
  void obstaclesAreNamedInOrder() {
    Readiness not =
        Readiness.ready()
            .but(Readiness.Obstacle.POLICY_UNAVAILABLE)
            .but(Readiness.Obstacle.AUDIT_UNAVAILABLE)
            .but(Readiness.Obstacle.DRAINING);
    assertFalse(not.isReady());
    assertEquals("not ready: policy-unavailable, audit-unavailable, draining", not.text());
  }

  @Test
  void theWordsAreThoseOfRefusals() {
    assertEquals(Reason.POLICY_UNAVAILABLE.code(), Readiness.Obstacle.POLICY_UNAVAILABLE.code());
    assertEquals(Reason.AUDIT_UNAVAILABLE.code(), Readiness.Obstacle.AUDIT_UNAVAILABLE.code());
  }
}
