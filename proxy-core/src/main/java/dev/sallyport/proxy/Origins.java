package dev.sallyport.proxy;

import dev.sallyport.proxy.dial.DialOutcome;
import dev.sallyport.proxy.exchange.Http2Origin;
import dev.sallyport.proxy.exchange.OriginLink;
import dev.sallyport.proxy.intercept.OriginTlsEnd;
import dev.sallyport.proxy.stage.Permitted;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.PolicyStamp;
import dev.sallyport.rules.RuleRef;
import dev.sallyport.rules.Treatment;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;

/// The connections to origins that wait for their next request, of one event loop, and those of
/// HTTP/2 that can carry one more beside what they carry. One is used again only where everything
/// that it was opened for is the same: client, profile, destination, rule, treatment and policy. On
/// its event loop.
final class Origins {
  /// Connections that wait, of one event loop; beyond, one that becomes free is closed.
  static final int MAX_KEPT = 256;

  /// How long one waits. Origins close idle connections after a minute or so; a request should not
  /// meet that.
  static final Duration KEPT = Duration.ofSeconds(30);

  private final EventLoop loop;
  private final long keptNanos;
  private final Map<Key, Deque<Waiting>> waiting = new HashMap<>();
  private final Map<Key, List<Shared>> shared = new HashMap<>();
  private int count;
  private boolean sweeps;

  /// @param idle how long a client's connection may be idle, which none here outlasts
  Origins(EventLoop loop, Duration idle) {
    this.loop = loop;
    this.keptNanos = idle.compareTo(KEPT) < 0 ? idle.toNanos() : KEPT.toNanos();
  }

  /// Those of every event loop. Safe on any thread.
  static final class ByLoop {
    private final ConcurrentMap<EventLoop, Origins> all = new ConcurrentHashMap<>();
    private final Duration idle;

    /// @param idle how long a client's connection may be idle
    ByLoop(Duration idle) {
      this.idle = idle;
    }

    /// Those of this one.
    Origins of(EventLoop loop) {
      return all.computeIfAbsent(loop, fresh -> new Origins(fresh, idle));
    }
  }

  private record Waiting(Origin origin, long sinceNanos) {}

  /// A connection of HTTP/2 to an origin and how it was reached.
  record Shared(Http2Origin origin, DialOutcome.Connected dialled, Optional<OriginTlsEnd> tls) {
    private Optional<Origin> lend() {
      return origin.lend().map(link -> new Origin(link, dialled, tls));
    }
  }

  /// A connection to an origin and how it was reached.
  ///
  /// @param tls how TLS with it ends; empty for plain http
  record Origin(OriginLink link, DialOutcome.Connected dialled, Optional<OriginTlsEnd> tls) {}

  /// Takes in a fresh connection of HTTP/2 and gives out its first stream; empty when it is gone
  /// already.
  Optional<Origin> share(Permitted permitted, Shared fresh) {
    Optional<Origin> first = fresh.lend();
    if (first.isEmpty() || count >= MAX_KEPT) {
      fresh.origin().retire();
    } else {
      shared.computeIfAbsent(Key.of(permitted), none -> new ArrayList<>(1)).add(fresh);
      count++;
      sweepLater();
    }
    return first;
  }

  /// A connection that waits or has room, if there is one that was opened for the same.
  Optional<Origin> reuse(Permitted permitted) {
    for (Shared entry : shared.getOrDefault(Key.of(permitted), List.of())) {
      Optional<Origin> stream = entry.origin().hasRoom() ? entry.lend() : Optional.empty();
      if (stream.isPresent()) {
        return stream;
      }
    }
    Deque<Waiting> same = waiting.get(Key.of(permitted));
    while (same != null && !same.isEmpty()) {
      Origin last = same.removeLast().origin();
      count--;
      if (last.link().isOpen()) {
        return Optional.of(last);
      }
      last.link().close();
    }
    return Optional.empty();
  }

  /// Keeps a connection that is in order for a further request.
  void keep(Permitted permitted, Origin origin) {
    if (count >= MAX_KEPT || !origin.link().isOpen()) {
      origin.link().close();
      return;
    }
    waiting
        .computeIfAbsent(Key.of(permitted), fresh -> new ArrayDeque<>(1))
        .addLast(new Waiting(origin, System.nanoTime()));
    count++;
    sweepLater();
  }

  /// One timer for all of them, not one for each request.
  private void sweepLater() {
    if (!sweeps) {
      sweeps = true;
      loop.schedule(this::sweep, keptNanos / 2, TimeUnit.NANOSECONDS);
    }
  }

  private void sweep() {
    sweeps = false;
    long now = System.nanoTime();
    shared.values().removeIf(this::hasNoneLeft);
    waiting
        .values()
        .removeIf(
            same -> {
              while (!same.isEmpty() && now - same.getFirst().sinceNanos() >= keptNanos) {
                same.removeFirst().origin().link().close();
                count--;
              }
              return same.isEmpty();
            });
    if (count > 0) {
      sweepLater();
    }
  }

  private boolean hasNoneLeft(List<Shared> same) {
    same.removeIf(
        entry -> {
          boolean over = !entry.origin().isOpen() || entry.origin().unusedNanos() >= keptNanos;
          if (over) {
            entry.origin().retire();
            count--;
          }
          return over;
        });
    return same.isEmpty();
  }

  /// Names everything that connections to an origin have to have in common to be one another's.
  static String keyOf(Permitted permitted) {
    return Key.of(permitted).toString();
  }

  private record Key(
      ClientIdentity client,
      Optional<String> profile,
      Destination destination,
      Optional<RuleRef> rule,
      Treatment treatment,
      PolicyStamp policy) {
    static Key of(Permitted permitted) {
      return new Key(
          permitted.identified().client(),
          permitted.decision().profile(),
          permitted.permit().destination(),
          permitted.decision().rule(),
          permitted.decision().treatment(),
          permitted.decision().policy());
    }
  }
}
