package dev.sallyport.proxy.accept;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sallyport.proxy.testing.Buffers;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HeadTimerTest {
  private static final Duration HEAD = Duration.ofSeconds(10);
  private static final Duration IDLE = Duration.ofMinutes(30);

  private final HeadTimer timer = new HeadTimer(HEAD, IDLE);
  private final Expirations expired = new Expirations();
  private final EmbeddedChannel channel = new EmbeddedChannel();

  HeadTimerTest() {
    channel.freezeTime();
    channel.pipeline().addLast(timer, expired);
    channel.pipeline().fireChannelActive();
  }

  private static final class Expirations extends ChannelInboundHandlerAdapter {
    private int count;

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof HeadTimer.Expired) {
        count++;
      }
    }
  }

  private void octets() {
    channel.writeInbound(Buffers.of("x"));
    Buffers.read(channel);
  }

  private void expectAfter(Duration time) {
    channel.advanceTimeBy(time.toMillis() - 1, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertEquals(0, expired.count);
    channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertEquals(1, expired.count);
  }

  @Test
  void boundsTheTimeWithoutOctets() {
    expectAfter(IDLE);
  }

  @Test
  void boundsAHeadFromItsFirstOctetWhateverStillComes() {
    channel.advanceTimeBy(20, TimeUnit.MINUTES);
    octets();
    channel.advanceTimeBy(5, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    octets();
    expectAfter(Duration.ofSeconds(5));
  }

  @Test
  void timesNothingDuringARequest() {
    octets();
    timer.stop();
    octets();
    channel.advanceTimeBy(1, TimeUnit.DAYS);
    channel.runScheduledPendingTasks();
    assertEquals(0, expired.count);
  }

  @Test
  void beginsAnewBehindARequest() {
    octets();
    timer.stop();
    timer.rest(channel);
    expectAfter(IDLE);
  }

  @Test
  void boundsAHeadThatIsHereAlready() {
    timer.stop();
    timer.begin(channel);
    expectAfter(HEAD);
  }

  @Test
  void stopsWhenItLeaves() {
    octets();
    channel.pipeline().remove(timer);
    channel.advanceTimeBy(1, TimeUnit.DAYS);
    channel.runScheduledPendingTasks();
    assertEquals(0, expired.count);
  }
}
