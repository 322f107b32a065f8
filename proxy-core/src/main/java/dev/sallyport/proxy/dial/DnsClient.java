package dev.sallyport.proxy.dial;

import dev.sallyport.proxy.transport.Transport;
import io.netty.channel.AddressedEnvelope;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.resolver.HostsFileEntriesResolver;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverChannelStrategy;
import io.netty.resolver.dns.NoopAuthoritativeDnsServerCache;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Asks DNS servers, on one event loop. Netty sends the questions and takes the answers, over UDP
/// and, where an answer was cut short, over TCP; what an answer means is read in [DnsAnswer].
final class DnsClient {
  /// How long a server may take for one message.
  static final Duration QUERY_TIME = Duration.ofSeconds(2);

  /// Octets that fit into one packet on any path, as agreed on for DNS Flag Day 2020.
  private static final int MAX_UDP_PAYLOAD = 1232;

  private final EventLoop loop;
  private final DnsNameResolver resolver;
  private final AnswerCache cache;
  private final Duration bound;
  private final Map<AnswerCache.Key, Future<Answer>> asking = new HashMap<>();

  /// @param bound for one question, whatever the number of servers and aliases
  DnsClient(EventLoop loop, Transport transport, AnswerCache cache, Duration bound) {
    this.loop = loop;
    this.resolver = resolver(loop, transport);
    this.cache = cache;
    this.bound = bound;
  }

  /// Has Netty read the files that it reads when its classes are loaded, so that no event loop has
  /// to.
  static void load() {
    new DnsNameResolverBuilder().ndots(1);
  }

  private static DnsNameResolver resolver(EventLoop loop, Transport transport) {
    HostsFileEntriesResolver noHostsFile = (name, types) -> null;
    return new DnsNameResolverBuilder(loop)
        .datagramChannelType(transport.datagram())
        .socketChannelType(transport.client())
        // A port of its own for every question is what a forged answer has to guess (RFC 5452
        // section 9.2).
        .datagramChannelStrategy(DnsNameResolverChannelStrategy.ChannelPerResolution)
        .queryTimeoutMillis(QUERY_TIME.toMillis())
        .maxPayloadSize(MAX_UDP_PAYLOAD)
        .resolvedAddressTypes(ResolvedAddressTypes.IPV6_PREFERRED)
        .hostsFileEntriesResolver(noHostsFile)
        .searchDomains(List.of())
        .ndots(1)
        .decodeIdn(false)
        .resolveCache(NoopDnsCache.INSTANCE)
        .cnameCache(NoopDnsCnameCache.INSTANCE)
        .authoritativeDnsServerCache(NoopAuthoritativeDnsServerCache.INSTANCE)
        .build();
  }

  /// Asks the servers one after the other. A question that is under way is not asked a second time.
  /// Completes on the event loop and does not fail.
  Future<Answer> ask(AnswerCache.Key key, List<InetSocketAddress> servers) {
    @Nullable Future<Answer> same = asking.get(key);
    if (same != null) {
      return same;
    }
    DnsWalk walk = new DnsWalk(this, loop, key, servers, bound);
    Future<Answer> answer = walk.answer();
    asking.put(key, answer);
    walk.begin();
    answer.addListener(done -> asking.remove(key));
    return answer;
  }

  /// Asks one server.
  ///
  /// @param name with the trailing dot, so that nothing is appended to it
  Future<AddressedEnvelope<DnsResponse, InetSocketAddress>> query(
      InetSocketAddress server, String name, Family family) {
    return resolver.query(server, new DefaultDnsQuestion(name, family.record()));
  }

  void keep(AnswerCache.Key key, Answer answer, Duration ttl) {
    cache.put(key, answer, ttl);
  }
}
