package dev.sallyport.proxy.accept;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// A listener without descriptors, on a clock that the test moves.
class AcceptFailuresTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
  private final AcceptFailures failures = new AcceptFailures(nanos::get);
  private final EmbeddedChannel listener = new EmbeddedChannel(failures);
  private final Logger logger = (Logger) LoggerFactory.getLogger(AcceptFailures.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void listen() {
    listener.freezeTime();
    log.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(log);
  }

  @AfterEach
  void leave() {
    logger.detachAppender(log);
    listener.finishAndReleaseAll();
  }

  private void fail() {
    listener
        .pipeline()
        .fireExceptionCaught(new IOException("accept4(..) failed: Too many open files"));
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
    listener.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    listener.runScheduledPendingTasks();
  }

  @Test
  void itWaitsAndTriesAgain() {
    fail();
    assertFalse(listener.config().isAutoRead());
    pass(AcceptFailures.PAUSE.minusNanos(1));
    assertFalse(listener.config().isAutoRead());
    pass(Duration.ofNanos(1));
    assertTrue(listener.config().isAutoRead());
  }

  @Test
  void whatIsAcceptedGoesOn() {
    Object connection = new Object();
    fail();
    pass(AcceptFailures.PAUSE);
    listener.writeInbound(connection);
    assertSame(connection, listener.readInbound());
  }

  @Test
  void itSaysSoOnceAndOnceWhenItWorksAgain() {
    for (int i = 0; i < 100; i++) {
      fail();
      pass(AcceptFailures.PAUSE);
      listener.writeInbound(new Object());
    }
    assertEquals(100, failures.failures());
    assertEquals(1, log.list.size());
    pass(AcceptFailures.SILENCE);
    listener.writeInbound(new Object());
    listener.writeInbound(new Object());
    assertEquals(2, log.list.size());
    assertTrue(log.list.get(1).getFormattedMessage().endsWith("accepts connections again"));
    fail();
    assertEquals(3, log.list.size());
  }
}
