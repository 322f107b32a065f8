package dev.sallyport.proxy.dial;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AnswerCacheTest {
  private static final Answer FOUND = new Answer.Found(List.of(Permits.address("192.0.2.1")));
  private static final Duration JUST_BEFORE = Duration.ofNanos(-1);

  private long now = Long.MAX_VALUE - 5;
  private final AnswerCache cache = new AnswerCache(() -> now);

  @Test
  void keepsAnAnswerForItsTimeToLive() {
    put("a.test", FOUND, Duration.ofSeconds(30));
    assertKept("a.test", Duration.ofSeconds(30));
  }

  @Test
  void keepsNoneLongerThanTheCap() {
    put("a.test", FOUND, Duration.ofDays(7));
    assertKept("a.test", AnswerCache.MAX_TTL);
  }

  @Test
  void keepsThatThereIsNothingForAMomentOnly() {
    put("a.test", new Answer.Absent(), Duration.ofDays(7));
    assertKept("a.test", AnswerCache.NEGATIVE_TTL);
  }

  @Test
  void doesNotKeepWhatMustNotBeKept() {
    put("a.test", FOUND, Duration.ZERO);
    assertEquals(Optional.empty(), get("a.test"));
  }

  @Test
  void theFamiliesAreApart() {
    put("a.test", FOUND, Duration.ofSeconds(30));
    assertEquals(Optional.empty(), cache.get(new AnswerCache.Key("a.test", Family.IPV6)));
  }

  @Test
  void dropsTheOneThatWasNotAskedForTheLongestTime() {
    for (int i = 0; i < AnswerCache.MAX_ANSWERS; i++) {
      put(i + ".test", FOUND, Duration.ofSeconds(30));
    }
    assertEquals(Optional.of(FOUND), get("0.test"));
    put("more.test", FOUND, Duration.ofSeconds(30));
    assertEquals(Optional.of(FOUND), get("0.test"));
    assertEquals(Optional.empty(), get("1.test"));
    assertEquals(Optional.of(FOUND), get("2.test"));
  }

  private void assertKept(String name, Duration time) {
    long began = now;
    now = began + time.plus(JUST_BEFORE).toNanos();
    assertEquals(true, get(name).isPresent());
    now = began + time.toNanos();
    assertEquals(Optional.empty(), get(name));
  }

  private void put(String name, Answer answer, Duration ttl) {
    cache.put(new AnswerCache.Key(name, Family.IPV4), answer, ttl);
  }

  private Optional<Answer> get(String name) {
    return cache.get(new AnswerCache.Key(name, Family.IPV4));
  }
}
