package dev.sallyport.proxy.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A sink that fails or hangs, and works again.
class AuditOutageTest {
  private static final EventExecutor LOOP = ImmediateEventExecutor.INSTANCE;

  private final LogFixture gate = new LogFixture();

  @AfterEach
  void end() {
    gate.end();
  }

  @Test
  void aFailingSinkRefusesDecisionsAndKeepsEnds() throws Exception {
    FileAuditLog log = gate.log();
    assertTrue(LogFixture.isWritten(log.write(Samples.allowed(), LOOP)));
    gate.sink().fail();
    LogFixture.isRefused(log.write(Samples.allowed(), LOOP));
    assertFalse(log.isAvailable());
    LogFixture.isRefused(log.write(Samples.refused(), LOOP));
    Future<Void> end = log.write(Samples.closed(1, 2), LOOP);
    Future<Void> other = log.write(Samples.closed(3, 4), LOOP);
    assertFalse(end.isDone());
    gate.sink().recover();
    assertTrue(LogFixture.isWritten(end));
    assertTrue(LogFixture.isWritten(other));
    assertTrue(log.isAvailable());
    assertTrue(LogFixture.isWritten(log.write(Samples.allowed(), LOOP)));
    assertEquals(List.of("decision", "gap", "close", "close", "decision"), gate.kinds());
    RecordedEvent gap = gate.sink().events().get(1);
    assertEquals("write-failed", LogFixture.gap(gap, "cause"));
    assertEquals(2L, LogFixture.gap(gap, "refused"));
    assertEquals(0L, LogFixture.gap(gap, "unrecorded"));
    assertEquals(0L, LogFixture.gap(gap, "lost"));
    assertEquals("No space left on device", LogFixture.gap(gap, "problem"));
    assertEquals("2026-11-21T03:46:00.123456Z", LogFixture.gap(gap, "since"));
    gate.sink().text().lines().forEach(EventSchemaAssert::assertValid);
  }

  @Test
  void anIdleSinkThatRecoversIsNoticed() throws Exception {
    FileAuditLog log = gate.log();
    gate.sink().fail();
    LogFixture.isRefused(log.write(Samples.allowed(), LOOP));
    gate.sink().recover();
    Eventually.holds(log::isAvailable);
    assertEquals(List.of("gap"), gate.kinds());
  }

  @Test
  void endsBeyondTheRoomForThemAreCounted() throws Exception {
    FileAuditLog log =
        gate.log(
            OnFailure.REFUSE, new AuditQueue.Room(1, 1 << 20), new AuditQueue.Room(2, 1 << 20));
    gate.sink().fail();
    LogFixture.isRefused(log.write(Samples.allowed(), LOOP));
    List<Future<Void>> kept =
        List.of(log.write(Samples.closed(), LOOP), log.write(Samples.closed(), LOOP));
    LogFixture.isRefused(log.write(Samples.closed(), LOOP));
    LogFixture.isRefused(log.write(Samples.closed(), LOOP));
    gate.sink().recover();
    kept.forEach(future -> assertTrue(LogFixture.isWritten(future)));
    assertEquals(2L, LogFixture.gap(gate.sink().events().getFirst(), "lost"));
    assertEquals(List.of("gap", "close", "close"), gate.kinds());
  }

  @Test
  void whenTrafficGoesOnItsDecisionsAreCounted() throws Exception {
    FileAuditLog log = gate.log(OnFailure.CONTINUE, LogFixture.PLENTY, LogFixture.PLENTY);
    gate.sink().fail();
    assertTrue(LogFixture.isWritten(log.write(Samples.allowed(), LOOP)));
    assertTrue(log.isAvailable());
    assertTrue(LogFixture.isWritten(log.write(Samples.allowed(), LOOP)));
    assertEquals("", gate.sink().text());
    gate.sink().recover();
    Eventually.holds(() -> gate.kinds().contains("gap"));
    assertEquals(2L, LogFixture.gap(gate.sink().events().getFirst(), "unrecorded"));
    assertEquals(0L, LogFixture.gap(gate.sink().events().getFirst(), "refused"));
  }

  @Test
  void closingAFailingSinkIsBoundedAndTellsThoseWhoWait() {
    FileAuditLog log = gate.log();
    gate.sink().fail();
    LogFixture.isRefused(log.write(Samples.allowed(), LOOP));
    Future<Void> end = log.write(Samples.closed(), LOOP);
    log.close();
    LogFixture.isRefused(end);
    assertTrue(gate.sink().isClosed());
  }

  @Test
  void aWriteThatHangsCountsAsFailing() throws Exception {
    FileAuditLog log = gate.log();
    Future<Void> held = gate.hold(log);
    assertTrue(log.isAvailable());
    Eventually.holds(() -> !log.isAvailable());
    LogFixture.isRefused(log.write(Samples.allowed(), LOOP));
    gate.sink().release();
    assertTrue(LogFixture.isWritten(held));
    Eventually.holds(log::isAvailable);
    Eventually.holds(() -> gate.kinds().contains("gap"));
  }
}
