package dev.sallyport.proxy.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class HeldLogTest {
  private static final Logger LOG = LoggerFactory.getLogger(HeldLogTest.class);

  @Test
  void warningsAreKeptAndTheRestIsNot() {
    try (HeldLog held = HeldLog.begin()) {
      LOG.info("not this");
      LOG.warn("this {}", 1);
      LOG.error("and this");
      assertEquals(List.of("this 1", "and this"), held.lines());
    }
  }

  @Test
  void theNewestAreKept() {
    try (HeldLog held = HeldLog.begin()) {
      for (int i = 1; i <= HeldLog.MAX_KEPT; i++) {
        LOG.warn("{}", i);
      }
      assertEquals(HeldLog.MAX_KEPT, held.lines().size());
      LOG.warn("one more");
      assertEquals("1 earlier warnings are left out", held.lines().getFirst());
      assertEquals("2", held.lines().get(1));
      assertEquals("one more", held.lines().getLast());
    }
  }

  @Test
  void afterwardsItKeepsNothing() {
    HeldLog held = HeldLog.begin();
    held.close();
    LOG.info("printed again, if the tests print anything");
    assertEquals(List.of(), held.lines());
  }
}
