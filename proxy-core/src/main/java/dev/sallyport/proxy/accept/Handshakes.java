package dev.sallyport.proxy.accept;

import dev.sallyport.proxy.metrics.ConnectionLimit;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// Counts what is being set up: from the first octet of a head until its request is refused, its
/// origin reached or its tunnel open. That is where a client costs most: a head that comes octet by
/// octet, a name that is being resolved, an origin that does not answer, a ClientHello that never
/// ends. Safe on any thread.
public final class Handshakes {
  /// One in so many connections may be a handshake.
  static final int CONNECTIONS_PER_HANDSHAKE = 4;

  /// The same for the connections of one client.
  static final int CONNECTIONS_PER_HANDSHAKE_OF_CLIENT = 2;

  /// No fewer than these, however small the limits of connections are.
  static final int FEWEST = 64;

  private final ConnectionLimits limits;

  /// @param connections of the whole gate
  /// @param perClient connections of one address
  public Handshakes(int connections, int perClient) {
    this.limits =
        new ConnectionLimits(
            Math.max(FEWEST, connections / CONNECTIONS_PER_HANDSHAKE),
            Math.max(FEWEST, perClient / CONNECTIONS_PER_HANDSHAKE_OF_CLIENT));
  }

  /// What came of an attempt to begin one.
  public sealed interface Entry {}

  /// It is counted until [#end].
  public static final class Begun implements Entry {
    private final ConnectionLimits limits;
    private final InetAddress client;
    private final AtomicBoolean over = new AtomicBoolean();

    private Begun(ConnectionLimits limits, InetAddress client) {
      this.limits = limits;
      this.client = client;
    }

    /// It is over; only the first call counts.
    public void end() {
      if (over.compareAndSet(false, true)) {
        limits.leave(client);
      }
    }
  }

  /// Too many are in flight.
  public record Full(ConnectionLimit limit) implements Entry {}

  /// Begins one.
  public Entry begin(InetAddress client) {
    Optional<ConnectionLimit> reached = limits.enter(client);
    if (reached.isEmpty()) {
      return new Begun(limits, client);
    }
    return new Full(
        switch (reached.get()) {
          case CONNECTIONS -> ConnectionLimit.HANDSHAKES;
          case CONNECTIONS_PER_CLIENT -> ConnectionLimit.HANDSHAKES_PER_CLIENT;
          case HANDSHAKES, HANDSHAKES_PER_CLIENT -> reached.get();
        });
  }

  /// How many are in flight.
  public int inFlight() {
    return limits.open();
  }
}
