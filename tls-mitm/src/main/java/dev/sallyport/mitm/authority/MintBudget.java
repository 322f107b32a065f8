package dev.sallyport.mitm.authority;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// How many leaves a client may have made: each costs the gate a key, and a client that asks for a
/// thousand made-up hosts would keep the others waiting. Leaves that are there already cost
/// nothing.
///
/// Any thread.
final class MintBudget {
  /// Leaves that a client may have made at once.
  static final int BURST = 200;

  /// Leaves a second after that.
  static final double PER_SECOND = 2;

  /// Clients that are kept count of; beyond, the one that was idle for longest starts afresh.
  static final int MAX_CLIENTS = 10_000;

  private static final double NANOS_PER_SECOND = 1e9;

  private final int burst;
  private final LongSupplier nanos;
  private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

  /// @param burst leaves that a client may have made at once
  /// @param nanos a clock like [System#nanoTime]
  MintBudget(int burst, LongSupplier nanos) {
    this.burst = burst;
    this.nanos = nanos;
  }

  /// Takes one leaf from the client's share; false when there is none left.
  synchronized boolean take(String client) {
    long now = nanos.getAsLong();
    Bucket bucket = buckets.computeIfAbsent(client, _ -> new Bucket(burst, now));
    double left = Math.min(burst, bucket.left + (now - bucket.at) / NANOS_PER_SECOND * PER_SECOND);
    boolean enough = left >= 1;
    buckets.put(client, new Bucket(enough ? left - 1 : left, now));
    if (buckets.size() > MAX_CLIENTS) {
      var oldest = buckets.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    return enough;
  }

  private record Bucket(double left, long at) {}
}
