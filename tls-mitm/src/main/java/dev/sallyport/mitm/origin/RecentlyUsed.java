package dev.sallyport.mitm.origin;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// A map that forgets what was not used for longest. Any thread.
final class RecentlyUsed<K, V> {
  private final int most;
  private final Map<K, V> entries = new LinkedHashMap<>(16, 0.75f, true);

  /// @param most entries that are kept
  RecentlyUsed(int most) {
    this.most = most;
  }

  synchronized Optional<V> get(K key) {
    return Optional.ofNullable(entries.get(key));
  }

  synchronized boolean holds(K key) {
    // Not containsKey, which is no use of the entry.
    return entries.get(key) != null;
  }

  synchronized void put(K key, V value) {
    entries.put(key, value);
    if (entries.size() > most) {
      Iterator<K> oldest = entries.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  synchronized V getOrMake(K key, Function<K, V> make) {
    V value = entries.get(key);
    if (value == null) {
      value = make.apply(key);
      put(key, value);
    }
    return value;
  }

  synchronized int size() {
    return entries.size();
  }
}
