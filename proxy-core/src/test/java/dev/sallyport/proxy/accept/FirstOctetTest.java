package dev.sallyport.proxy.accept;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.stage.Drain;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FirstOctetTest {
  private final List<Integer> told = new ArrayList<>();
  private final EmbeddedChannel channel = new EmbeddedChannel();

  FirstOctetTest() {
    channel.freezeTime();
    channel.pipeline().addLast(new FirstOctet(Duration.ofSeconds(1), told::add));
  }

  @Test
  void isToldOnceAndTakesNothingAway() {
    channel.writeInbound(Unpooled.EMPTY_BUFFER.retainedDuplicate());
    assertEquals(List.of(), told);
    channel.releaseInbound();
    channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {(byte) 200, 1}));
    channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {7}));
    assertEquals(List.of(200), told);
    assertNull(channel.pipeline().get(FirstOctet.class));
    ByteBuf first = channel.readInbound();
    assertEquals(2, first.readableBytes());
    first.release();
    channel.releaseInbound();
    channel.advanceTimeBy(2, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    assertTrue(channel.isOpen());
  }

  @Test
  void whoStaysSilentIsClosed() {
    channel.advanceTimeBy(1001, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertFalse(channel.isOpen());
    assertEquals(List.of(), told);
  }

  @Test
  void theEndOfItsHalfIsTheEnd() {
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    assertFalse(channel.isOpen());
  }

  @Test
  void aGateThatStopsClosesIt() {
    channel.pipeline().fireUserEventTriggered(new Drain());
    assertFalse(channel.isOpen());
  }
}
