package dev.sallyport.proxy;

import dev.sallyport.proxy.dial.DialOutcome;
import dev.sallyport.proxy.exchange.OriginLink;
import dev.sallyport.proxy.stage.Permitted;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.PolicyStamp;
import dev.sallyport.rules.RuleRef;
import dev.sallyport.rules.Treatment;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;

/// The connections to origins that wait for their next request, of one event loop. One is used
/// again only where everything that it was opened for is the same: client, profile, destination,
/// rule, treatment and policy. On its event loop.
final class Origins {
  /// Connections that wait, of one event loop; beyond, one that becomes free is closed.
  static final int MAX_KEPT = 256;

  /// How long one waits. Origins close idle connections after a minute or so; a request should not
  /// meet that.
  static final Duration KEPT = Duration.ofSeconds(30);

  private final EventLoop loop;
  private final Map<Key, Deque<Origin>> waiting = new HashMap<>();
  private int count;

  Origins(EventLoop loop) {
    this.loop = loop;
  }

  /// Those of every event loop. Safe on any thread.
  static final class ByLoop {
    private final ConcurrentMap<EventLoop, Origins> all = new ConcurrentHashMap<>();

    /// Those of this one.
    Origins of(EventLoop loop) {
      return all.computeIfAbsent(loop, Origins::new);
    }
  }

  /// A connection to an origin and how it was reached.
  record Origin(OriginLink link, DialOutcome.Connected dialled) {}

  /// A connection that waits, if there is one that was opened for the same.
  Optional<Origin> reuse(Permitted permitted) {
    Deque<Origin> same = waiting.get(Key.of(permitted));
    while (same != null && !same.isEmpty()) {
      Origin last = same.removeLast();
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
    Key key = Key.of(permitted);
    waiting.computeIfAbsent(key, fresh -> new ArrayDeque<>(1)).addLast(origin);
    count++;
    loop.schedule(() -> expire(key, origin), KEPT.toNanos(), TimeUnit.NANOSECONDS);
  }

  /// One that was used meanwhile is in the list again, or not; either way it was kept anew then.
  private void expire(Key key, Origin origin) {
    Deque<Origin> same = waiting.get(key);
    if (same != null && same.removeFirstOccurrence(origin)) {
      count--;
      origin.link().close();
      if (same.isEmpty()) {
        waiting.remove(key);
      }
    }
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
