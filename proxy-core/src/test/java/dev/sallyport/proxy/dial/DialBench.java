package dev.sallyport.proxy.dial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.transport.Transport;
import dev.sallyport.proxy.trust.ParentTls;
import dev.sallyport.rules.Permit;
import dev.sallyport.rules.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/// A dialler on a real event loop.
final class DialBench implements AutoCloseable {
  /// Longer than any test should take.
  static final long PATIENCE_SECONDS = 20;

  private final EventLoopGroup loops;
  private final Dialer dialer;

  DialBench(Transport transport, TestSettings settings) {
    this(transport, settings, List::of);
  }

  DialBench(
      Transport transport, TestSettings settings, Supplier<List<InetSocketAddress>> ownListeners) {
    this(transport, settings, ownListeners, Optional.empty());
  }

  DialBench(
      Transport transport,
      TestSettings settings,
      Supplier<List<InetSocketAddress>> ownListeners,
      Optional<ParentTls> tls) {
    this.loops = new MultiThreadIoEventLoopGroup(1, transport.ioHandlers());
    this.dialer = new Dialer(settings.build(), transport, ownListeners, tls);
  }

  EventLoop loop() {
    return loops.next();
  }

  Future<DialOutcome> begin(Permit permit) {
    return dialer.dial(permit, Optional.empty(), loop());
  }

  DialOutcome dial(Permit permit) throws Exception {
    return await(begin(permit));
  }

  DialOutcome await(Future<DialOutcome> dialling) throws Exception {
    assertTrue(dialling.await(PATIENCE_SECONDS, TimeUnit.SECONDS), "the dial has no end");
    assertTrue(dialling.isSuccess(), () -> "the dial failed with " + dialling.cause());
    return dialling.getNow();
  }

  DialOutcome.Connected connect(Permit permit) throws Exception {
    return assertInstanceOf(DialOutcome.Connected.class, dial(permit));
  }

  void assertFails(Reason reason, Permit permit) throws Exception {
    assertEquals(new DialOutcome.Failed(reason), dial(permit));
  }

  /// Reads until the other side has ended, as a caller of the dialler does: handlers first, then
  /// reading.
  static String readAll(DialOutcome.Connected connected) throws Exception {
    CompletableFuture<String> text = new CompletableFuture<>();
    connected
        .channel()
        .eventLoop()
        .execute(
            () -> {
              connected.channel().pipeline().addLast(new Collector(text));
              connected.channel().config().setAutoRead(true);
            });
    try {
      return text.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw new AssertionError("the connection has no end", late);
    }
  }

  @Override
  public void close() {
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private static final class Collector extends SimpleChannelInboundHandler<ByteBuf> {
    private final StringBuilder text = new StringBuilder();
    private final CompletableFuture<String> all;

    Collector(CompletableFuture<String> all) {
      this.all = all;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf octets) {
      text.append(octets.toString(StandardCharsets.ISO_8859_1));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof ChannelInputShutdownEvent) {
        all.complete(text.toString());
        ctx.close();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      all.complete(text.toString());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      all.completeExceptionally(cause);
      ctx.close();
    }
  }
}
