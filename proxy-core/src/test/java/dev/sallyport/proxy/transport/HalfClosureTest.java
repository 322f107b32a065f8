package dev.sallyport.proxy.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// What a relay rests on: a channel whose other side has ended its half goes on, and one that does
/// not read is left alone.
@ParameterizedClass
@EnumSource(Transport.class)
class HalfClosureTest {
  private static final long PATIENCE_SECONDS = 20;
  private static final long A_WHILE_MILLIS = 200;

  /// More than all the socket buffers on the way take.
  private static final int LONG_ANSWER = 16 * 1024 * 1024;

  /// More than one read takes, and little enough to be sent without anybody reading.
  private static final int MANY_READS = 16 * 1024;

  @Parameter private Transport transport = Transport.NIO;
  private final BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
  private volatile boolean stopAfterRead;
  private EventLoopGroup loops;
  private Socket peer;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(transport.isAvailable());
    loops = new MultiThreadIoEventLoopGroup(1, transport.ioHandlers());
    Channel listener =
        new ServerBootstrap()
            .group(loops)
            .channel(transport.server())
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(ChannelOption.AUTO_READ, false)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new Recorder());
                    accepted.add(channel);
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .sync()
            .channel();
    InetSocketAddress where = (InetSocketAddress) listener.localAddress();
    peer = new Socket(where.getAddress(), where.getPort());
  }

  @AfterEach
  void close() throws IOException {
    peer.close();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  @Test
  void aLongAnswerReachesAPeerThatHasEndedItsHalf() throws Exception {
    Channel channel = channel();
    channel.config().setAutoRead(true);
    send("ask");
    peer.shutdownOutput();
    assertSeen("ask");
    assertSeen("end");
    // By now nothing is left to wait for, which is when the channel could be forgotten.
    assertNothingSeen();
    channel
        .eventLoop()
        .submit(() -> channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[LONG_ANSWER])))
        .sync();
    // It cannot all be on its way, so the channel has to wait until it can be written again.
    assertFalse(channel.isWritable());
    assertEquals(LONG_ANSWER, peer.getInputStream().readNBytes(LONG_ANSWER).length);
    channel.close();
    assertEquals(-1, peer.getInputStream().read());
    assertSeen("gone");
  }

  @Test
  void aChannelThatStoppedReadingIsLeftAloneAndGoesOnLater() throws Exception {
    Channel channel = channel();
    send("late");
    peer.shutdownOutput();
    assertNothingSeen();
    channel.config().setAutoRead(true);
    assertSeen("late");
    assertSeen("end");
    assertTrue(channel.isActive());
  }

  @Test
  void stoppingInTheMiddleIsNoDifferent() throws Exception {
    Channel channel = channel();
    channel.config().setAutoRead(true);
    send("first");
    assertSeen("first");
    channel.eventLoop().submit(() -> channel.config().setAutoRead(false)).sync();
    send("late");
    peer.shutdownOutput();
    assertNothingSeen();
    channel.config().setAutoRead(true);
    assertSeen("late");
    assertSeen("end");
    channel.eventLoop().submit(() -> channel.config().setAutoRead(false)).sync();
    channel.config().setAutoRead(true);
    channel.writeAndFlush(Unpooled.copiedBuffer("bye", StandardCharsets.US_ASCII)).sync();
    assertEquals("bye", new String(peer.getInputStream().readNBytes(3), StandardCharsets.US_ASCII));
  }

  @Test
  void theEndOfTheOtherSideDoesNotPushPastBackPressure() throws Exception {
    Channel channel = channel();
    send("x".repeat(MANY_READS));
    peer.shutdownOutput();
    stopAfterRead = true;
    channel.config().setAutoRead(true);
    int first = awaitSeen().length();
    assertTrue(first < MANY_READS, "all was read at once: " + first);
    assertNothingSeen();
    stopAfterRead = false;
    channel.config().setAutoRead(true);
    int all = first;
    for (String next = awaitSeen(); !next.equals("end"); next = awaitSeen()) {
      all += next.length();
    }
    assertEquals(MANY_READS, all);
  }

  @Test
  void aResetIsSeenByWhoeverReads() throws Exception {
    Channel channel = channel();
    channel.config().setAutoRead(true);
    peer.setSoLinger(true, 0);
    peer.close();
    @Nullable String first = seen.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertTrue("error".equals(first) || "end".equals(first) || "gone".equals(first), first);
    assertTrue(channel.closeFuture().await(PATIENCE_SECONDS, TimeUnit.SECONDS));
  }

  private Channel channel() throws InterruptedException {
    @Nullable Channel channel = accepted.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertNotNull(channel);
    return channel;
  }

  private void send(String text) throws IOException {
    peer.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    peer.getOutputStream().flush();
  }

  private void assertSeen(String expected) throws InterruptedException {
    assertEquals(expected, seen.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
  }

  private String awaitSeen() throws InterruptedException {
    @Nullable String next = seen.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertNotNull(next);
    return next;
  }

  private void assertNothingSeen() throws InterruptedException {
    @Nullable String next = seen.poll(A_WHILE_MILLIS, TimeUnit.MILLISECONDS);
    assertTrue(next == null, "something was read");
  }

  private final class Recorder extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf octets = (ByteBuf) message;
      seen.add(octets.toString(StandardCharsets.US_ASCII));
      octets.release();
      if (stopAfterRead) {
        ctx.channel().config().setAutoRead(false);
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof ChannelInputShutdownEvent) {
        seen.add("end");
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      seen.add("gone");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      seen.add("error");
      ctx.close();
    }
  }
}
