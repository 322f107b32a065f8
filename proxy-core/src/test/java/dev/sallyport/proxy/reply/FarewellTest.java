package dev.sallyport.proxy.reply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.testing.Buffers;
import dev.sallyport.proxy.testing.DuplexEmbeddedChannel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FarewellTest {
  private static DuplexEmbeddedChannel said() {
    DuplexEmbeddedChannel channel = new DuplexEmbeddedChannel();
    channel.freezeTime();
    Farewell.say(channel, Buffers.of("bye"));
    assertEquals("bye", Buffers.written(channel));
    return channel;
  }

  @Test
  void endsItsHalfAndWaitsForTheOther() {
    DuplexEmbeddedChannel channel = said();
    assertTrue(channel.isOutputShutdown());
    assertTrue(channel.isOpen());
    channel.endInput();
    assertFalse(channel.isOpen());
  }

  @Test
  void closesAtOnceWhenTheOtherHalfHasEnded() {
    DuplexEmbeddedChannel channel = new DuplexEmbeddedChannel();
    channel.endInput();
    Farewell.say(channel, Buffers.of("bye"));
    assertEquals("bye", Buffers.written(channel));
    assertFalse(channel.isOpen());
  }

  @Test
  void dropsOctetsUpToTheLimitAndClosesOnePastIt() {
    DuplexEmbeddedChannel channel = said();
    ByteBuf first = Unpooled.buffer().writeZero(Farewell.MAX_DRAINED);
    channel.writeInbound(first);
    assertEquals(0, first.refCnt());
    assertTrue(channel.isOpen());
    channel.writeInbound(Buffers.of("x"));
    assertFalse(channel.isOpen());
  }

  @Test
  void closesWhenTheTimeIsOver() {
    DuplexEmbeddedChannel channel = said();
    channel.advanceTimeBy(Farewell.MAX_DRAIN_MILLIS - 1, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertTrue(channel.isOpen());
    channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertFalse(channel.isOpen());
  }

  /// A client that does not read keeps the last message from going out.
  @Test
  void doesNotWaitForEverUntilTheLastMessageIsOut() {
    DuplexEmbeddedChannel channel = new DuplexEmbeddedChannel(new Stuck());
    channel.freezeTime();
    Farewell.say(channel, Buffers.of("bye"));
    channel.advanceTimeBy(Farewell.MAX_WRITE_MILLIS - 1, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertTrue(channel.isOpen());
    assertFalse(channel.isOutputShutdown());
    channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertFalse(channel.isOpen());
  }

  private static final class Stuck extends ChannelOutboundHandlerAdapter {
    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      ((ByteBuf) message).release();
    }
  }

  /// What a decoder still holds is let go when it leaves; nobody may read it.
  @Test
  void whatWasHeldIsNotReadAsARequest() {
    Counting counting = new Counting();
    DuplexEmbeddedChannel channel = new DuplexEmbeddedChannel(new Holding(), counting);
    channel.writeInbound(Buffers.of("GET / HTTP/1.1\r\n\r\n"));
    Farewell.say(channel, Unpooled.EMPTY_BUFFER);
    channel.runPendingTasks();
    channel.writeInbound(Buffers.of("more"));
    assertEquals(0, counting.messages);
    channel.finishAndReleaseAll();
  }

  private static final class Holding extends ByteToMessageDecoder {
    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {}
  }

  private static final class Counting extends io.netty.channel.ChannelInboundHandlerAdapter {
    private int messages;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      messages++;
      ((ByteBuf) message).release();
    }
  }

  @Test
  void survivesAChannelThatIsClosed() {
    DuplexEmbeddedChannel channel = new DuplexEmbeddedChannel();
    channel.close();
    ByteBuf last = Buffers.of("bye");
    Farewell.say(channel, last);
    assertEquals(0, last.refCnt());
  }
}
