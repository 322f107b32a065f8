package dev.sallyport.proxy.limit;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/// How many octets the gate holds for sides that do not take them: of all clients together and of
/// each address. Heads that are not complete count, what waits behind a request, and both
/// directions of a transfer while the other side is slower. Safe on any thread.
public final class OctetBudget {
  /// Of all clients together.
  public static final long TOTAL = 128L << 20;

  /// Of one address.
  public static final long PER_CLIENT = 16L << 20;

  private final long total;
  private final long perClient;
  private final AtomicLong held = new AtomicLong();
  private final ConcurrentMap<InetAddress, Long> byClient = new ConcurrentHashMap<>();

  /// With [#TOTAL] and [#PER_CLIENT].
  public OctetBudget() {
    this(TOTAL, PER_CLIENT);
  }

  /// @param total octets of all clients together
  /// @param perClient octets of one address
  public OctetBudget(long total, long perClient) {
    this.total = total;
    this.perClient = perClient;
  }

  /// What one client may hold of it.
  ///
  /// @param client its address
  public record Share(OctetBudget budget, InetAddress client) {
    /// See [OctetBudget#change].
    public boolean change(long from, long to) {
      return budget.change(client, from, to);
    }
  }

  /// The share of a client.
  public Share of(InetAddress client) {
    return new Share(this, client);
  }

  /// Records that a holder has another number of octets now. False when there is no room for more:
  /// then the old number stays, and the holder must give back what it has.
  ///
  /// When all of the room is taken, a client still gets its equal share of it, so that those who
  /// hold much cannot shut out those who hold little.
  boolean change(InetAddress client, long from, long to) {
    long more = to - from;
    if (more == 0) {
      return true;
    }
    long all = held.addAndGet(more);
    long own = add(client, more);
    if (more < 0
        || (own <= perClient && (all <= total || own <= total / Math.max(1, byClient.size())))) {
      return true;
    }
    held.addAndGet(-more);
    add(client, -more);
    return false;
  }

  /// Octets of all clients together.
  public long held() {
    return held.get();
  }

  /// Addresses that hold any.
  int clients() {
    return byClient.size();
  }

  private long add(InetAddress client, long more) {
    Long own =
        byClient.compute(
            client,
            (address, before) -> {
              long now = (before == null ? 0 : before) + more;
              return now == 0 ? null : now;
            });
    return own == null ? 0 : own;
  }
}
