package dev.sallyport.proxy.dial;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.util.List;

/// The answers to one resolving of a host, each coming when it comes; both complete on the event
/// loop that asked, and neither fails.
record Lookup(Future<Answer> ipv6, Future<Answer> ipv4) {
  /// Addresses that are known already.
  static Lookup of(List<InetAddress> addresses, EventLoop loop) {
    return new Lookup(
        loop.newSucceededFuture(answer(Family.IPV6, addresses)),
        loop.newSucceededFuture(answer(Family.IPV4, addresses)));
  }

  /// What these addresses are to one family.
  static Answer answer(Family family, List<InetAddress> addresses) {
    List<InetAddress> mine = family.of(addresses);
    return mine.isEmpty() ? new Answer.Absent() : new Answer.Found(mine);
  }

  Future<Answer> of(Family family) {
    return switch (family) {
      case IPV6 -> ipv6;
      case IPV4 -> ipv4;
    };
  }
}
