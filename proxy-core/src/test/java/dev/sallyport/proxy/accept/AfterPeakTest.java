package dev.sallyport.proxy.accept;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AfterPeakTest {
  /// One letter a look: `c` where a collection is asked for.
  @ParameterizedTest
  @CsvSource({
    "0 0 0, ...",
    "999 0, ..",
    "1000 0, .c",
    "1000 99, .c",
    "1000 100, ..",
    "1000 0 0 0, .c..",
    "10000 5000 1000 999 0, ...c.",
    "5000 10000 500, ..c",
    "1000 0 1000 0, .c.c",
    "1000 0 999 0, .c..",
    "10000 999 0 10000 0, .c..c",
    "20000 20000 20000, ...",
  })
  void onceBehindEachPeak(String looks, String expected) {
    StringBuilder asked = new StringBuilder();
    AfterPeak.Tide tide = AfterPeak.Tide.NONE;
    for (int open : Arrays.stream(looks.split(" ")).mapToInt(Integer::parseInt).toArray()) {
      tide = tide.seen(open);
      asked.append(tide.over() ? 'c' : '.');
    }
    assertEquals(expected, asked.toString());
  }

  @Test
  void looksByItselfUntilItIsClosed() throws InterruptedException {
    AtomicInteger looks = new AtomicInteger();
    CountDownLatch collected = new CountDownLatch(1);
    try (AfterPeak watch =
        new AfterPeak(
            () -> looks.incrementAndGet() == 1 ? AfterPeak.PEAK : 0,
            collected::countDown,
            Duration.ofMillis(1))) {
      watch.start();
      assertTrue(collected.await(10, TimeUnit.SECONDS));
    }
  }
}
