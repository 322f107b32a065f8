package dev.sallyport.proxy.reload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SignalsTest {
  @Test
  void everyHangUpRunsTheAction() throws Exception {
    Semaphore hangUps = new Semaphore(0);
    // Under nohup the system keeps the signal to itself, and sending it would prove nothing.
    assumeTrue(Signals.onHangUp(hangUps::release));
    for (int i = 0; i < 2; i++) {
      assertEquals(0, hangUp());
      assertTrue(hangUps.tryAcquire(20, TimeUnit.SECONDS));
    }
  }

  private static int hangUp() throws Exception {
    String self = Long.toString(ProcessHandle.current().pid());
    return new ProcessBuilder("kill", "-HUP", self).inheritIO().start().waitFor();
  }
}
