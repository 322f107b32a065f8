package dev.sallyport.proxy;

import dev.sallyport.proxy.config.Listen;
import io.netty.channel.ChannelException;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.RawUnixChannelOption;
import java.net.Inet6Address;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The port that a client meant whose connection was led to the gate. Its address counts for
/// nothing and is not asked for.
final class OriginalPort {
  /// `getsockopt(SOL_IP, SO_ORIGINAL_DST)`, linux/netfilter_ipv4.h.
  private static final RawUnixChannelOption FOUR =
      new RawUnixChannelOption("SO_ORIGINAL_DST", 0, 80, 16);

  /// `getsockopt(SOL_IPV6, IP6T_SO_ORIGINAL_DST)`, linux/netfilter_ipv6/ip6_tables.h.
  private static final RawUnixChannelOption SIX =
      new RawUnixChannelOption("IP6T_SO_ORIGINAL_DST", 41, 80, 28);

  /// Where `sin_port` and `sin6_port` are, in the network's order.
  private static final int PORT_AT = 2;

  private OriginalPort() {}

  /// On the client's event loop. Where the kernel remembers nothing, the connection was made to the
  /// gate itself, and its port is the one that counts.
  static int of(SocketChannel client, Listen.Leading how) {
    return switch (how) {
      case Listen.Leading.ForPort(int port) -> port;
      case Listen.Leading.Unchanged unchanged -> client.localAddress().getPort();
      case Listen.Leading.Redirected redirected -> {
        boolean six = client.localAddress().getAddress() instanceof Inet6Address;
        int remembered = remembered(client, six ? SIX : FOUR);
        // A listener of both families takes IPv4 in the clothes of IPv6.
        int port = remembered > 0 || !six ? remembered : remembered(client, FOUR);
        yield port > 0 ? port : client.localAddress().getPort();
      }
    };
  }

  private static int remembered(SocketChannel client, RawUnixChannelOption option) {
    try {
      @Nullable ByteBuffer address = client.config().getOption(option);
      return address == null ? 0 : Short.toUnsignedInt(address.getShort(PORT_AT));
    } catch (ChannelException unknown) {
      return 0;
    }
  }
}
