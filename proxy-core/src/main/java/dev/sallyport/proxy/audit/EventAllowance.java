package dev.sallyport.proxy.audit;

import dev.sallyport.rules.ClientIdentity;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// How many events each client may cause (`limits.events-per-client`), so that nobody can flush the
/// log. A bucket for each: an allowed request pays for its decision and its end, and waits until
/// the bucket holds both; a refusal pays for its decision, or is counted with others.
///
/// Refusals may take the upper half of a bucket only. What a flood of them leaves is there for the
/// allowed requests of the same address, which a flood therefore does not slow down.
///
/// Safe on any thread; a lock is held for a few instructions.
public final class EventAllowance {
  /// Events of a request that is allowed: decision and end.
  static final int EVENTS_OF_ALLOWED = 2;

  /// How long an allowed request waits for its turn; one that would wait longer is refused.
  public static final Duration MAX_WAIT = Duration.ofSeconds(5);

  /// What a bucket holds: what the client may cause in this time ...
  static final Duration BURST = Duration.ofSeconds(1);

  /// ... and no fewer events than these, so that a small rate still lets requests pass.
  static final int MIN_BURST = 4;

  /// Clients that have a bucket of their own. When all of these are busy, the others share one.
  static final int MAX_CLIENTS = 16_384;

  private static final CountedClient OTHERS = new CountedClient.Others();

  private final long nanosPerEvent;
  private final long burstNanos;
  private final int maxClients;
  private final LongSupplier nanoTime;

  /// The least recently used first.
  private final Map<CountedClient, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

  private final Bucket others;

  /// When a request may go on.
  public sealed interface Turn {
    /// At once.
    record Now() implements Turn {}

    /// After a wait, at most [#MAX_WAIT].
    record Later(Duration delay) implements Turn {}

    /// Not at all: too many wait already.
    record Never() implements Turn {}
  }

  /// A bucket, as the moment at which it will be full again.
  private static final class Bucket {
    long fullAt;

    Bucket(long fullAt) {
      this.fullAt = fullAt;
    }
  }

  /// @param perSecond events a second
  /// @param nanoTime monotonic, as [System#nanoTime]
  public EventAllowance(int perSecond, LongSupplier nanoTime) {
    this(perSecond, MAX_CLIENTS, nanoTime);
  }

  EventAllowance(int perSecond, int maxClients, LongSupplier nanoTime) {
    this.nanosPerEvent = TimeUnit.SECONDS.toNanos(1) / perSecond;
    this.burstNanos = Math.max(BURST.toNanos(), MIN_BURST * nanosPerEvent);
    this.maxClients = maxClients;
    this.nanoTime = nanoTime;
    this.others = new Bucket(nanoTime.getAsLong());
  }

  /// Pays for an allowed request, now or in advance. One that must not go on pays nothing.
  public synchronized Turn turn(ClientIdentity client) {
    long now = nanoTime.getAsLong();
    Bucket bucket = bucket(CountedClient.of(client), now);
    long owed = owed(bucket, now) + EVENTS_OF_ALLOWED * nanosPerEvent;
    long wait = owed - burstNanos;
    if (wait > MAX_WAIT.toNanos()) {
      return new Turn.Never();
    }
    bucket.fullAt = now + owed;
    return wait <= 0 ? new Turn.Now() : new Turn.Later(Duration.ofNanos(wait));
  }

  /// Pays for a refusal. Empty when it has an event of its own, or else the client with whose
  /// refusals it is to be counted.
  synchronized Optional<CountedClient> spent(Subject subject) {
    long now = nanoTime.getAsLong();
    CountedClient client = CountedClient.of(subject);
    Bucket bucket = bucket(client, now);
    long owed = owed(bucket, now) + nanosPerEvent;
    if (owed > burstNanos / 2) {
      return Optional.of(bucket.equals(others) ? OTHERS : client);
    }
    bucket.fullAt = now + owed;
    return Optional.empty();
  }

  /// How many clients have a bucket of their own.
  synchronized int clients() {
    return buckets.size();
  }

  private Bucket bucket(CountedClient client, long now) {
    Bucket known = buckets.get(client);
    if (known != null) {
      return known;
    }
    if (buckets.size() >= maxClients && !isEldestForgotten(now)) {
      return others;
    }
    Bucket fresh = new Bucket(now);
    buckets.put(client, fresh);
    return fresh;
  }

  /// A full bucket is as good as a fresh one.
  private boolean isEldestForgotten(long now) {
    Iterator<Bucket> eldest = buckets.values().iterator();
    boolean full = owed(eldest.next(), now) == 0;
    if (full) {
      eldest.remove();
    }
    return full;
  }

  private static long owed(Bucket bucket, long now) {
    return Math.max(0, bucket.fullAt - now);
  }
}
