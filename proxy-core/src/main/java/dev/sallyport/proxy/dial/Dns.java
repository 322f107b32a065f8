package dev.sallyport.proxy.dial;

import dev.sallyport.proxy.transport.Transport;
import dev.sallyport.rules.Host;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Asks DNS servers for addresses, and remembers. Safe on any thread; each event loop asks through
/// sockets of its own.
final class Dns {
  private final Transport transport;
  private final Duration bound;
  private final AnswerCache cache = new AnswerCache(System::nanoTime);
  private final Map<EventLoop, DnsClient> clients = new ConcurrentHashMap<>();

  /// Loads what Netty reads from files when its classes are loaded: not for event loops.
  ///
  /// @param bound for one question, whatever the number of servers and aliases
  Dns(Transport transport, Duration bound) {
    this.transport = transport;
    this.bound = bound;
    DnsClient.load();
  }

  /// Asks for the addresses of one family. To be called on the event loop; completes there and does
  /// not fail.
  ///
  /// @param servers asked one after the other; at least one
  Future<Answer> ask(
      Host.Name name, Family family, List<InetSocketAddress> servers, EventLoop loop) {
    AnswerCache.Key key = new AnswerCache.Key(name.text(), family);
    return cache
        .get(key)
        .map(loop::newSucceededFuture)
        .orElseGet(() -> client(loop).ask(key, servers));
  }

  private DnsClient client(EventLoop loop) {
    return clients.computeIfAbsent(loop, on -> new DnsClient(on, transport, cache, bound));
  }
}
