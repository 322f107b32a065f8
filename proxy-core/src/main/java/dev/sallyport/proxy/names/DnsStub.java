package dev.sallyport.proxy.names;

import dev.sallyport.proxy.transport.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.ReflectiveChannelFactory;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// Answers DNS over UDP and TCP on one address with what [DnsReplies] says.
public final class DnsStub implements AutoCloseable {
  /// Connections of TCP at one time; one more is closed at once.
  static final int MOST_CONNECTIONS = 64;

  /// Octets of a datagram that are read; what is longer than a query may be is wrong anyway.
  private static final int DATAGRAM = 2_048;

  /// Free ports of UDP that are tried until one is free for TCP too.
  private static final int FREE_PORTS_TRIED = 16;

  private final Channel datagrams;
  private final Channel connections;

  private DnsStub(Channel datagrams, Channel connections) {
    this.datagrams = datagrams;
    this.connections = connections;
  }

  /// Listens; blocks until both are bound.
  ///
  /// @param where with port 0 for a free one, which is the same for UDP and TCP
  /// @param count told of every query, on an event loop
  public static DnsStub open(
      InetSocketAddress where,
      List<InetAddress> answers,
      Transport transport,
      EventLoopGroup loops,
      Consumer<DnsOutcome> count)
      throws IOException {
    for (int left = where.getPort() == 0 ? FREE_PORTS_TRIED : 1; ; left--) {
      try {
        return bind(where, answers, transport, loops, count);
      } catch (IOException taken) {
        if (left == 1) {
          throw taken;
        }
      }
    }
  }

  private static DnsStub bind(
      InetSocketAddress where,
      List<InetAddress> answers,
      Transport transport,
      EventLoopGroup loops,
      Consumer<DnsOutcome> count)
      throws IOException {
    Channel datagrams =
        registered(
            new ReflectiveChannelFactory<>(transport.datagram()).newChannel(),
            answers,
            loops,
            count);
    try {
      done(datagrams.bind(where));
      InetSocketAddress bound = (InetSocketAddress) datagrams.localAddress();
      Channel connections =
          done(
              listener(answers, loops, count)
                  .channel(transport.server())
                  .option(ChannelOption.SO_REUSEADDR, true)
                  .bind(bound));
      return new DnsStub(datagrams, connections);
    } catch (IOException failed) {
      datagrams.close();
      throw failed;
    }
  }

  /// Takes sockets that are bound, and listen, already; of the native transport.
  public static DnsStub over(
      int datagramSocket,
      int listeningSocket,
      List<InetAddress> answers,
      EventLoopGroup loops,
      Consumer<DnsOutcome> count)
      throws IOException {
    Channel datagrams = registered(new EpollDatagramChannel(datagramSocket), answers, loops, count);
    Channel connections =
        done(
            listener(answers, loops, count)
                .channelFactory(() -> new EpollServerSocketChannel(listeningSocket))
                .register());
    return new DnsStub(datagrams, connections);
  }

  private static Channel registered(
      DatagramChannel channel,
      List<InetAddress> answers,
      EventLoopGroup loops,
      Consumer<DnsOutcome> count)
      throws IOException {
    channel.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(DATAGRAM));
    channel.pipeline().addLast(new DnsDatagrams(new DnsReplies(answers), count));
    return done(loops.register(channel));
  }

  private static ServerBootstrap listener(
      List<InetAddress> answers, EventLoopGroup loops, Consumer<DnsOutcome> count) {
    DnsReplies replies = new DnsReplies(answers);
    AtomicInteger open = new AtomicInteger();
    return new ServerBootstrap()
        .group(loops)
        .childHandler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel client) {
                client.closeFuture().addListener(closed -> open.decrementAndGet());
                if (open.incrementAndGet() > MOST_CONNECTIONS) {
                  count.accept(DnsOutcome.DROPPED);
                  client.close();
                } else {
                  DnsStream.install(client, replies, count);
                }
              }
            });
  }

  private static Channel done(Future<?> begun) throws IOException {
    begun.awaitUninterruptibly();
    if (!begun.isSuccess()) {
      throw new IOException(String.valueOf(begun.cause().getMessage()), begun.cause());
    }
    return ((io.netty.channel.ChannelFuture) begun).channel();
  }

  /// Where it listens.
  public InetSocketAddress address() {
    return (InetSocketAddress) datagrams.localAddress();
  }

  @Override
  public void close() {
    datagrams.close().awaitUninterruptibly();
    connections.close().awaitUninterruptibly();
  }
}
