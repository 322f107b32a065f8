package dev.sallyport.proxy.dial;

import io.netty.channel.AddressedEnvelope;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One question, carried from server to server and along the aliases of its name until somebody
/// knows. On its event loop only.
final class DnsWalk {
  /// How often the list of servers is gone through, since a datagram can be lost (resolv.conf(5),
  /// `attempts`).
  static final int ROUNDS = 2;

  private static final Logger LOG = LoggerFactory.getLogger(DnsWalk.class);

  private final DnsClient client;
  private final AnswerCache.Key key;
  private final List<InetSocketAddress> servers;
  private final Promise<Answer> answer;
  private final long boundNanos;
  private final long began = System.nanoTime();
  private String name;
  private Duration ttl = AnswerCache.MAX_TTL;
  private int aliases;
  private int tries;
  private boolean anyTimedOut;

  DnsWalk(
      DnsClient client,
      EventLoop loop,
      AnswerCache.Key key,
      List<InetSocketAddress> servers,
      Duration bound) {
    this.client = client;
    this.key = key;
    this.servers = servers;
    this.answer = loop.newPromise();
    this.boundNanos = bound.toNanos();
    this.name = key.name() + ".";
  }

  Future<Answer> answer() {
    return answer;
  }

  void begin() {
    ask();
  }

  private void ask() {
    if (System.nanoTime() - began > boundNanos) {
      answer.trySuccess(new Answer.TimedOut());
      return;
    }
    if (tries == servers.size() * ROUNDS) {
      answer.trySuccess(anyTimedOut ? new Answer.TimedOut() : new Answer.Absent());
      return;
    }
    InetSocketAddress server = servers.get(tries++ % servers.size());
    try {
      Future<AddressedEnvelope<DnsResponse, InetSocketAddress>> asked =
          client.query(server, name, key.family());
      asked.addListener(done -> answered(asked));
    } catch (RuntimeException unaskable) {
      // A name that has no form in DNS, as an alias can have.
      LOG.debug("not asked: {}", unaskable.getMessage());
      answer.trySuccess(new Answer.Absent());
    }
  }

  private void answered(Future<AddressedEnvelope<DnsResponse, InetSocketAddress>> asked) {
    if (!asked.isSuccess()) {
      anyTimedOut |= asked.cause() instanceof DnsNameResolverTimeoutException;
      ask();
      return;
    }
    AddressedEnvelope<DnsResponse, InetSocketAddress> envelope = asked.getNow();
    try {
      take(DnsAnswer.read(envelope.content(), name, key.family()));
    } finally {
      envelope.release();
    }
  }

  private void take(DnsAnswer said) {
    switch (said) {
      case DnsAnswer.Addresses found ->
          finish(new Answer.Found(found.addresses()), shorter(found.ttl()));
      case DnsAnswer.None none -> finish(new Answer.Absent(), ttl);
      case DnsAnswer.Unusable unusable -> ask();
      case DnsAnswer.Alias alias -> follow(alias);
    }
  }

  private void follow(DnsAnswer.Alias alias) {
    aliases += alias.aliases();
    if (aliases > DnsAnswer.MAX_ALIASES) {
      answer.trySuccess(new Answer.Absent());
      return;
    }
    ttl = shorter(alias.ttl());
    name = alias.name();
    tries = 0;
    ask();
  }

  private void finish(Answer found, Duration atMost) {
    client.keep(key, found, atMost);
    answer.trySuccess(found);
  }

  private Duration shorter(Duration other) {
    return other.compareTo(ttl) < 0 ? other : ttl;
  }
}
