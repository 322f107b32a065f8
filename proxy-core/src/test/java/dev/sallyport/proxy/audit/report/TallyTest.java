package dev.sallyport.proxy.audit.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TallyTest {
  private static final Comparator<Map.Entry<String, AtomicLong>> BY_NAME =
      Map.Entry.comparingByKey();

  private final Tally<String, AtomicLong> tally = new Tally<>(2, AtomicLong::new);

  private void count(String... keys) {
    for (String key : keys) {
      tally.at(key).incrementAndGet();
    }
  }

  @Test
  void atTheLimitEveryKeyHasItsOwn() {
    count("b", "a", "b");
    assertEquals("[a=1, b=2]", tally.sorted(BY_NAME).toString());
    assertTrue(tally.others().isEmpty());
  }

  @Test
  void whatIsBeyondTheLimitIsCountedTogether() {
    count("a", "b", "c", "d", "c", "a");
    assertEquals("[a=2, b=1]", tally.sorted(BY_NAME).toString());
    assertEquals(3, tally.others().orElseThrow().get());
    assertFalse(tally.knows("c"));
  }
}
