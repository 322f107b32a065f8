package dev.sallyport.proxy.names;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// Counts queries, second by second. For one event loop.
final class QueryRate {
  /// Queries of all clients in a second.
  static final int MOST = 20_000;

  /// Queries of one client in a second.
  static final int MOST_OF_CLIENT = 2_000;

  /// Clients that are counted by themselves; what further ones ask in the same second is dropped.
  static final int MOST_CLIENTS = 4_096;

  private static final long SECOND = 1_000_000_000;

  private final LongSupplier nanoTime;
  private final Map<InetAddress, Integer> byClient = new HashMap<>();
  private long began;
  private int all;

  QueryRate(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.began = nanoTime.getAsLong();
  }

  /// Whether one more may be answered.
  boolean takes(InetAddress client) {
    long now = nanoTime.getAsLong();
    if (now - began >= SECOND) {
      began = now;
      all = 0;
      byClient.clear();
    }
    if (all >= MOST || (byClient.size() >= MOST_CLIENTS && !byClient.containsKey(client))) {
      return false;
    }
    all++;
    return byClient.merge(client, 1, Integer::sum) <= MOST_OF_CLIENT;
  }
}
