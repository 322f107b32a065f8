package dev.sallyport.proxy.dial;

import dev.sallyport.rules.Addresses;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.MalformedHostException;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The one place where names become addresses: the settings' own list, then the system's hosts file
/// and servers, or the servers of the settings. Search domains are never used: a name means the
/// same wherever it is asked. Safe on any thread.
final class Resolver {
  /// Top-level names that DNS is never asked for: RFC 6761 section 6.4, RFC 7686.
  private static final Set<String> NEVER_ASKED = Set.of("invalid", "onion");

  private static final String LOCALHOST = "localhost";
  private static final List<InetAddress> LOOPBACK = List.of(literal("::1"), literal("127.0.0.1"));

  private final Map<Host.Name, List<InetAddress>> fixed;
  private final List<InetSocketAddress> servers;
  private final SystemFiles system;
  private final Dns dns;

  /// @param fixed answers that need no DNS
  /// @param servers DNS servers; when there are none, the system's hosts file and servers
  Resolver(
      Map<Host.Name, List<InetAddress>> fixed,
      List<InetSocketAddress> servers,
      SystemFiles system,
      Dns dns) {
    this.fixed = Map.copyOf(fixed);
    this.servers = List.copyOf(servers);
    this.system = system;
    this.dns = dns;
  }

  /// Begins to resolve a host. To be called on the event loop; the answers come on it.
  Lookup resolve(Host host, EventLoop loop) {
    return switch (host) {
      case Host.Literal(InetAddress address) -> Lookup.of(List.of(address), loop);
      case Host.Name name -> resolve(name, loop);
    };
  }

  private Lookup resolve(Host.Name name, EventLoop loop) {
    Optional<List<InetAddress>> listed = Optional.ofNullable(fixed.get(name));
    if (listed.isPresent()) {
      return Lookup.of(listed.get(), loop);
    }
    return servers.isEmpty() ? bySystem(name, loop) : special(name, servers, loop);
  }

  private Lookup bySystem(Host.Name name, EventLoop loop) {
    Promise<Answer> ipv6 = loop.newPromise();
    Promise<Answer> ipv4 = loop.newPromise();
    Future<SystemFiles.Names> read = system.names(loop);
    read.addListener(
        done -> {
          Lookup lookup = bySystem(name, read.getNow(), loop);
          pass(lookup.ipv6(), ipv6);
          pass(lookup.ipv4(), ipv4);
        });
    return new Lookup(ipv6, ipv4);
  }

  private Lookup bySystem(Host.Name name, SystemFiles.Names names, EventLoop loop) {
    List<InetAddress> inFile = names.addresses(name.text());
    return inFile.isEmpty() ? special(name, names.servers(), loop) : Lookup.of(inFile, loop);
  }

  private Lookup special(Host.Name name, List<InetSocketAddress> from, EventLoop loop) {
    String top = name.labels().getLast();
    if (top.equals(LOCALHOST)) {
      // RFC 6761 section 6.3: never a question for DNS. The guard has the last word.
      return Lookup.of(LOOPBACK, loop);
    }
    if (NEVER_ASKED.contains(top)) {
      return Lookup.of(List.of(), loop);
    }
    return new Lookup(
        dns.ask(name, Family.IPV6, from, loop), dns.ask(name, Family.IPV4, from, loop));
  }

  private static void pass(Future<Answer> from, Promise<Answer> to) {
    from.addListener(done -> to.trySuccess(from.getNow()));
  }

  private static InetAddress literal(String text) {
    try {
      return Addresses.parse(text);
    } catch (MalformedHostException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
