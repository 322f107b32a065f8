package dev.sallyport.proxy.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.testing.DuplexEmbeddedChannel;
import dev.sallyport.proxy.testing.DuplexEmbeddedChannel.Writable;
import java.net.InetAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BacklogTest {
  private final OctetBudget budget = new OctetBudget(1 << 20, 3 * ChannelBounds.LOW_OCTETS);
  private final OctetBudget.Share share = budget.of(InetAddress.getLoopbackAddress());
  private final DuplexEmbeddedChannel from = new DuplexEmbeddedChannel();
  private final DuplexEmbeddedChannel to = new DuplexEmbeddedChannel();

  @AfterEach
  void release() {
    from.finishAndReleaseAll();
    to.finishAndReleaseAll();
  }

  @Test
  void readingStopsWhileTheOtherSideIsFullAndTheOctetsCount() {
    Backlog backlog = new Backlog(share, to);
    assertTrue(backlog.written(from));
    assertTrue(from.config().isAutoRead());
    to.setWritable(Writable.NO);
    assertTrue(backlog.written(from));
    assertFalse(from.config().isAutoRead());
    assertEquals(ChannelBounds.LOW_OCTETS, budget.held());
    to.setWritable(Writable.YES);
    backlog.drained(from);
    assertTrue(from.config().isAutoRead());
    assertEquals(0, budget.held());
  }

  @Test
  void beyondTheShareThereIsNoRoom() {
    to.setWritable(Writable.NO);
    for (int i = 0; i < 3; i++) {
      assertTrue(new Backlog(share, to).written(from));
    }
    assertFalse(new Backlog(share, to).written(from));
    assertFalse(from.config().isAutoRead());
    assertEquals(3 * ChannelBounds.LOW_OCTETS, budget.held());
  }

  /// Netty says of a closed channel that no number of octets makes it writable: the largest there
  /// is, which must not be counted.
  @Test
  void aClosedSideHoldsNothing() {
    to.close();
    assertEquals(Long.MAX_VALUE, to.bytesBeforeWritable());
    assertTrue(new Backlog(share, to).written(from));
    assertEquals(0, budget.held());
  }

  @Test
  void atTheEndTheOctetsCountUntilTheyAreGone() {
    Backlog backlog = new Backlog(share, to);
    to.setWritable(Writable.NO);
    backlog.written(from);
    backlog.end();
    to.runPendingTasks();
    assertEquals(0, budget.held());
  }
}
