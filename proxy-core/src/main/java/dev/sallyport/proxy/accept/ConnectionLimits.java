package dev.sallyport.proxy.accept;

import dev.sallyport.proxy.metrics.ConnectionLimit;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts open client connections, in all and by client address. Safe on any thread.
public final class ConnectionLimits {
  private final int total;
  private final int perClient;
  private final AtomicInteger open = new AtomicInteger();
  private final ConcurrentMap<InetAddress, Integer> byClient = new ConcurrentHashMap<>();

  /// @param total connections of all clients together
  /// @param perClient connections of one address
  public ConnectionLimits(int total, int perClient) {
    this.total = total;
    this.perClient = perClient;
  }

  /// Counts a connection in, unless a limit is reached, which is then returned. What was counted in
  /// must be counted out with [#leave].
  public Optional<ConnectionLimit> enter(InetAddress client) {
    Optional<ConnectionLimit> reached = enter();
    if (reached.isEmpty()) {
      reached = name(client);
      if (reached.isPresent()) {
        leave();
      }
    }
    return reached;
  }

  /// Counts a connection in whose client is not known yet. It is counted out with [#leave()].
  public Optional<ConnectionLimit> enter() {
    if (open.incrementAndGet() > total) {
      open.decrementAndGet();
      return Optional.of(ConnectionLimit.CONNECTIONS);
    }
    return Optional.empty();
  }

  /// Says whose a connection is that was counted in without. Unless a limit is reached, it is
  /// counted out with [#leave(InetAddress)] from then on.
  public Optional<ConnectionLimit> name(InetAddress client) {
    if (byClient.merge(client, 1, Integer::sum) > perClient) {
      forget(client);
      return Optional.of(ConnectionLimit.CONNECTIONS_PER_CLIENT);
    }
    return Optional.empty();
  }

  /// Counts a connection out.
  public void leave(InetAddress client) {
    leave();
    forget(client);
  }

  /// Counts a connection out whose client never became known.
  public void leave() {
    open.decrementAndGet();
  }

  private void forget(InetAddress client) {
    byClient.computeIfPresent(client, (address, count) -> count == 1 ? null : count - 1);
  }

  /// How many are counted in.
  public int open() {
    return open.get();
  }
}
