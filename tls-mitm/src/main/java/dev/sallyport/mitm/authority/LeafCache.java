package dev.sallyport.mitm.authority;

import dev.sallyport.mitm.authority.LeafMint.Minted;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The leaves that are made or being made. When full, a stale one goes first, otherwise the one
/// that was not asked for for longest.
///
/// Any thread; the lock is held for a few steps.
final class LeafCache {
  /// Entries that are looked at for a stale one.
  private static final int LOOKED_AT = 16;

  private final int kept;
  private final InstantSource clock;
  private final Map<LeafRequest, CompletableFuture<Minted>> entries =
      new LinkedHashMap<>(16, 0.75f, true);

  LeafCache(int kept, InstantSource clock) {
    this.kept = kept;
    this.clock = clock;
  }

  /// The leaf for this request if there is one, made or in the making.
  synchronized @Nullable CompletableFuture<Minted> find(LeafRequest request) {
    CompletableFuture<Minted> entry = entries.get(request);
    if (entry != null && isUseless(entry, clock.instant())) {
      entries.remove(request);
      return null;
    }
    return entry;
  }

  /// The same, or the one that `start` begins; it is begun once however many ask.
  synchronized CompletableFuture<Minted> findOrAdd(
      LeafRequest request, Function<LeafRequest, CompletableFuture<Minted>> start) {
    CompletableFuture<Minted> entry = find(request);
    if (entry == null) {
      entry = start.apply(request);
      entries.put(request, entry);
      if (entries.size() > kept) {
        evict();
      }
    }
    return entry;
  }

  /// Leaves that are held.
  synchronized int size() {
    return entries.size();
  }

  private void evict() {
    Instant now = clock.instant();
    Iterator<CompletableFuture<Minted>> oldest = entries.values().iterator();
    for (int i = 0; i < LOOKED_AT && oldest.hasNext(); i++) {
      if (isUseless(oldest.next(), now)) {
        oldest.remove();
        return;
      }
    }
    Iterator<LeafRequest> first = entries.keySet().iterator();
    first.next();
    first.remove();
  }

  /// Failed ones are not kept: the next one who asks tries again.
  private static boolean isUseless(CompletableFuture<Minted> entry, Instant now) {
    if (!entry.isDone()) {
      return false;
    }
    return entry.isCompletedExceptionally() || !now.isBefore(entry.join().staleFrom());
  }
}
