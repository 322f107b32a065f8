package dev.sallyport.proxy.metrics;

import dev.sallyport.rules.Destination;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// The destinations that were allowed since the start, so that one that never was before shows.
/// Safe on any thread; looking up one that is known allocates nothing.
final class KnownDestinations {
  /// Destinations that are remembered, some 3 MiB. Where an entry lists a suffix a client can make
  /// names up; what comes beyond is neither remembered nor counted, and [#size()] stays here.
  static final int MAX = 16_384;

  private final Set<Destination> known = ConcurrentHashMap.newKeySet();
  private final AtomicInteger size = new AtomicInteger();

  /// Remembers a destination.
  ///
  /// @return whether it is new
  boolean add(Destination destination) {
    if (known.contains(destination) || size.get() >= MAX || !known.add(destination)) {
      return false;
    }
    size.incrementAndGet();
    return true;
  }

  /// How many are remembered; threads that race can bring it a few past [#MAX].
  int size() {
    return size.get();
  }
}
