package dev.sallyport.proxy.isolate;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.DomainSocketReadMode;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;

/// The gate's end of the socket on which [Inside] hands over what listens in the namespace, and is
/// told what to become. One process, once.
final class Handing implements AutoCloseable {
  private final EventLoopGroup loop;
  private final Channel listener;
  private final CompletableFuture<Handed> handed;

  /// What came.
  private record Handed(Channel from, List<Integer> descriptors) {}

  private Handing(EventLoopGroup loop, Channel listener, CompletableFuture<Handed> handed) {
    this.loop = loop;
    this.listener = listener;
    this.handed = handed;
  }

  /// Listens.
  ///
  /// @param path in a folder that is the user's alone
  /// @param expected how many descriptors come
  /// @param isInside whether a process, by its number, is the one; whoever else connects is closed
  static Handing open(Path path, int expected, LongPredicate isInside) throws IOException {
    EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    CompletableFuture<Handed> handed = new CompletableFuture<>();
    var bound =
        new ServerBootstrap()
            .group(loop)
            .channel(EpollServerDomainSocketChannel.class)
            .childOption(
                EpollChannelOption.DOMAIN_SOCKET_READ_MODE, DomainSocketReadMode.FILE_DESCRIPTORS)
            .childHandler(
                new ChannelInitializer<EpollDomainSocketChannel>() {
                  @Override
                  protected void initChannel(EpollDomainSocketChannel peer) throws IOException {
                    if (isInside.test(peer.peerCredentials().pid())) {
                      peer.pipeline().addLast(new Collector(expected, handed));
                    } else {
                      peer.close();
                    }
                  }
                })
            .bind(new DomainSocketAddress(path.toString()))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      throw new IOException(String.valueOf(bound.cause().getMessage()), bound.cause());
    }
    return new Handing(loop, bound.channel(), handed);
  }

  /// The descriptors in the order in which they were handed over.
  CompletableFuture<List<Integer>> descriptors() {
    return handed.thenApply(Handed::descriptors);
  }

  /// Says what to become, to the process that has handed its sockets over; blocks until it is sent.
  void order(Orders orders) throws IOException {
    byte[] octets = orders.octets();
    Channel to = handed.resultNow().from();
    var sent =
        to.writeAndFlush(
                Unpooled.wrappedBuffer(
                    ByteBuffer.allocate(Integer.BYTES).putInt(0, octets.length).array(), octets))
            .awaitUninterruptibly();
    if (!sent.isSuccess()) {
      throw new IOException(String.valueOf(sent.cause().getMessage()), sent.cause());
    }
  }

  @Override
  public void close() {
    listener.close().awaitUninterruptibly();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private static final class Collector extends ChannelInboundHandlerAdapter {
    private final int expected;
    private final CompletableFuture<Handed> handed;
    private final List<Integer> descriptors = new ArrayList<>();

    private Collector(int expected, CompletableFuture<Handed> handed) {
      this.expected = expected;
      this.handed = handed;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (!(message instanceof FileDescriptor descriptor)) {
        ReferenceCountUtil.release(message);
        return;
      }
      descriptors.add(descriptor.intValue());
      if (descriptors.size() == expected) {
        handed.complete(new Handed(ctx.channel(), List.copyOf(descriptors)));
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      handed.completeExceptionally(new IOException("the process within is gone"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      handed.completeExceptionally(cause);
      ctx.close();
    }
  }
}
