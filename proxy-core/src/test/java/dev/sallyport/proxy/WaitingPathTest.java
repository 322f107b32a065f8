package dev.sallyport.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.sallyport.rules.Reason;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A request that waits for its turn, on a clock that the test moves.
class WaitingPathTest {
  private static final Duration DELAY = Duration.ofMillis(300);

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final List<String> told = new ArrayList<>();
  private final List<HttpContent> taken = new ArrayList<>();

  @BeforeEach
  void freeze() {
    channel.freezeTime();
  }

  private WaitingPath waiting() {
    return new WaitingPath(
        channel,
        DELAY,
        new WaitingPath.Listener() {
          @Override
          public void due(Queue<HttpContent> body) {
            told.add("due");
            taken.addAll(body);
          }

          @Override
          public void gaveUp(Reason reason) {
            told.add(reason.code());
          }
        });
  }

  private void pass(Duration time) {
    channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    channel.runScheduledPendingTasks();
  }

  private static HttpContent part() {
    return new DefaultHttpContent(Unpooled.buffer().writeByte(1));
  }

  @Test
  void itReadsNothingAndHandsOnWhatHadCome() {
    WaitingPath path = waiting();
    assertFalse(channel.config().isAutoRead());
    HttpContent part = part();
    path.content(part);
    pass(DELAY.minusNanos(1));
    assertEquals(List.of(), told);
    pass(Duration.ofNanos(1));
    assertEquals(List.of("due"), told);
    assertEquals(List.of(part), taken);
    part.release();
    path.clientGone();
    assertEquals(List.of("due"), told);
  }

  @Test
  void whenTheClientLeavesNothingIsKept() {
    WaitingPath path = waiting();
    HttpContent before = part();
    HttpContent after = part();
    path.content(before);
    path.clientGone();
    path.content(after);
    assertEquals(0, before.refCnt());
    assertEquals(0, after.refCnt());
    pass(DELAY);
    assertEquals(List.of("limit-exceeded"), told);
  }

  @Test
  void aBodyThatCannotBeReadEndsTheWait() {
    WaitingPath path = waiting();
    path.malformed("the chunk size is not hexadecimal");
    path.clientGone();
    pass(DELAY);
    assertEquals(List.of("malformed"), told);
  }
}
