package dev.sallyport.proxy.audit.report;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Counts by key, for a bounded number of keys; what comes when they are all taken is counted
/// together.
///
/// @param <K> what is told apart, with `equals`
/// @param <C> a counter
final class Tally<K, C> {
  private final Map<K, C> counters = new LinkedHashMap<>();
  private final int limit;
  private final Supplier<C> fresh;
  private Optional<C> others = Optional.empty();

  /// @param limit keys that are told apart
  Tally(int limit, Supplier<C> fresh) {
    this.limit = limit;
    this.fresh = fresh;
  }

  /// The counter for a key, or the one for all others.
  C at(K key) {
    C known = counters.get(key);
    if (known != null) {
      return known;
    }
    if (counters.size() < limit) {
      C counter = fresh.get();
      counters.put(key, counter);
      return counter;
    }
    if (others.isEmpty()) {
      others = Optional.of(fresh.get());
    }
    return others.get();
  }

  /// Whether this key has a counter of its own.
  boolean knows(K key) {
    return counters.containsKey(key);
  }

  /// Keys and counters in an order.
  List<Map.Entry<K, C>> sorted(Comparator<Map.Entry<K, C>> order) {
    return counters.entrySet().stream().sorted(order).toList();
  }

  /// What was counted for keys beyond the limit.
  Optional<C> others() {
    return others;
  }
}
