package dev.sallyport.proxy.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The bounds of a connection, with the clock held still.
class AdminConnectionTest {
  private static final String GET = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
  private static final Duration TICK = Duration.ofMillis(1);

  private final ChannelGroup connections = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);
  private final List<EmbeddedChannel> opened = new ArrayList<>();

  @AfterEach
  void closeAll() {
    opened.forEach(EmbeddedChannel::finishAndReleaseAll);
  }

  @Test
  void aConnectionThatSaysNothingIsClosedInTime() {
    EmbeddedChannel channel = open();
    advance(channel, AdminConnection.REQUEST_TIME.minus(TICK));
    assertTrue(channel.isActive());
    advance(channel, TICK);
    assertFalse(channel.isActive());
  }

  @Test
  void octetsOneByOneWinNoTime() {
    EmbeddedChannel channel = open();
    Duration step = AdminConnection.REQUEST_TIME.dividedBy(10);
    for (int i = 0; i < 9; i++) {
      channel.writeInbound(octets(GET.substring(i, i + 1)));
      advance(channel, step);
    }
    assertTrue(channel.isActive());
    advance(channel, step);
    assertFalse(channel.isActive());
  }

  @Test
  void anAnswerBeginsTheTimeAnew() {
    EmbeddedChannel channel = open();
    advance(channel, AdminConnection.REQUEST_TIME.minus(TICK));
    channel.writeInbound(octets(GET));
    assertEquals(1, answers(channel));
    advance(channel, AdminConnection.REQUEST_TIME.minus(TICK));
    channel.writeInbound(octets(GET));
    assertEquals(1, answers(channel));
    advance(channel, AdminConnection.REQUEST_TIME);
    assertFalse(channel.isActive());
  }

  @Test
  void anAnswerThatIsNotTakenClosesTheConnection() {
    EmbeddedChannel channel = open();
    channel.pipeline().addFirst(new Unresponsive());
    channel.writeInbound(octets(GET));
    advance(channel, AdminConnection.ANSWER_TIME.minus(TICK));
    assertTrue(channel.isActive());
    advance(channel, TICK);
    assertFalse(channel.isActive());
  }

  @Test
  void requestsBehindAnAnswerThatIsNotTakenAreNotAnswered() {
    EmbeddedChannel channel = open();
    Unresponsive peer = new Unresponsive();
    channel.pipeline().addFirst(peer);
    channel.writeInbound(octets(GET.repeat(50)));
    assertEquals(1, peer.written);
    peer.takeAll();
    channel.runPendingTasks();
    assertEquals(2, peer.written);
  }

  @Test
  void aBrokenConnectionIsClosed() {
    EmbeddedChannel channel = open();
    channel.pipeline().fireExceptionCaught(new IOException("connection reset"));
    assertFalse(channel.isActive());
  }

  private EmbeddedChannel open() {
    AdminAnswers answers =
        new AdminAnswers(
            new AdminPages(Readiness::ready, format -> "metrics " + format, () -> "{}"),
            new AdminHost(List.of()));
    EmbeddedChannel channel =
        EmbeddedChannel.builder()
            .handlers(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel connection) {
                    connection.config().setAutoRead(false);
                    AdminServer.assemble(connection, connections, answers);
                  }
                })
            .build();
    channel.freezeTime();
    opened.add(channel);
    return channel;
  }

  private static void advance(EmbeddedChannel channel, Duration time) {
    channel.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
  }

  private static int answers(EmbeddedChannel channel) {
    int answers = 0;
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      if (out.toString(UTF_8).startsWith("HTTP/1.1 200")) {
        answers++;
      }
      out.release();
    }
    return answers;
  }

  private static ByteBuf octets(String text) {
    return Unpooled.copiedBuffer(text, UTF_8);
  }

  /// A peer that takes nothing until asked to.
  private static final class Unresponsive extends ChannelOutboundHandlerAdapter {
    private final List<ChannelPromise> waiting = new ArrayList<>();
    private int written;

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      ReferenceCountUtil.release(message);
      written++;
      waiting.add(promise);
    }

    void takeAll() {
      List<ChannelPromise> taken = List.copyOf(waiting);
      waiting.clear();
      taken.forEach(ChannelPromise::setSuccess);
    }
  }
}
