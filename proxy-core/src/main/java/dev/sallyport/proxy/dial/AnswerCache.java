package dev.sallyport.proxy.dial;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Remembers what DNS answered, bounded in time and number. Addresses that come from here are
/// vetted like fresh ones, each time. Safe on any thread.
final class AnswerCache {
  /// How long addresses are kept, whatever DNS allows.
  static final Duration MAX_TTL = Duration.ofMinutes(5);

  /// How long it is kept that a name has no addresses of a family. Long enough for the next
  /// connections of one page or one install, short enough that nobody waits for a new name.
  static final Duration NEGATIVE_TTL = Duration.ofSeconds(5);

  /// Answers kept; the one that was not asked for the longest time goes first.
  static final int MAX_ANSWERS = 8192;

  private final LongSupplier nanoTime;
  private final SequencedMap<Key, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);

  /// @param nanoTime a clock as `System.nanoTime` is one
  AnswerCache(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /// @param name canonical
  record Key(String name, Family family) {}

  private record Kept(Answer answer, long until) {}

  synchronized Optional<Answer> get(Key key) {
    @Nullable Kept found = kept.get(key);
    if (found == null) {
      return Optional.empty();
    }
    if (found.until - nanoTime.getAsLong() <= 0) {
      kept.remove(key);
      return Optional.empty();
    }
    return Optional.of(found.answer);
  }

  /// Keeps an answer of DNS for the time that it gives, at most [#MAX_TTL]; that there is none for
  /// at most [#NEGATIVE_TTL].
  synchronized void put(Key key, Answer answer, Duration ttl) {
    Duration most = answer instanceof Answer.Found ? MAX_TTL : NEGATIVE_TTL;
    Duration time = ttl.compareTo(most) < 0 ? ttl : most;
    if (!time.isPositive()) {
      return;
    }
    kept.put(key, new Kept(answer, nanoTime.getAsLong() + time.toNanos()));
    if (kept.size() > MAX_ANSWERS) {
      kept.pollFirstEntry();
    }
  }
}
