package dev.sallyport.proxy.intercept;

import dev.sallyport.rules.ClientIdentity;
import io.netty.handler.codec.http.HttpRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Remembers the clients that showed that they do not trust the gate's authority, so that their
/// next refusal is a refused CONNECT. Bounded in number and in time; safe on any thread.
public final class Distrust {
  /// Clients that are remembered; beyond, the one that was seen first is forgotten.
  static final int MAX_CLIENTS = 4096;

  /// How long one is remembered: somebody may have installed the authority since.
  static final Duration REMEMBERED = Duration.ofMinutes(10);

  private final LongSupplier nanos;
  private final Map<Client, Long> since = new LinkedHashMap<>();

  /// @param nanos a clock like [System#nanoTime]
  public Distrust(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /// A program of a client, told by the form of its CONNECT: its ClientHello is not known before it
  /// is answered.
  ///
  /// @param form names of the fields of its CONNECT in their order, and its User-Agent
  public record Client(ClientIdentity identity, List<String> form, Optional<String> userAgent) {
    /// The client that sent this CONNECT.
    public static Client of(ClientIdentity identity, HttpRequest connect) {
      return new Client(
          identity,
          List.copyOf(connect.headers().names()),
          Optional.ofNullable(connect.headers().get("user-agent")));
    }
  }

  /// It has shown that it does not.
  public synchronized void distrusts(Client client) {
    since.remove(client);
    since.put(client, nanos.getAsLong());
    if (since.size() > MAX_CLIENTS) {
      since.remove(since.keySet().iterator().next());
    }
  }

  /// It has shown that it does.
  public synchronized void trusts(Client client) {
    since.remove(client);
  }

  /// Whether it is known not to.
  public synchronized boolean isKnown(Client client) {
    Long at = since.get(client);
    if (at == null) {
      return false;
    }
    if (nanos.getAsLong() - at >= REMEMBERED.toNanos()) {
      since.remove(client);
      return false;
    }
    return true;
  }
}
