package dev.sallyport.proxy.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FileAuditLogTest {
  private static final EventExecutor LOOP = ImmediateEventExecutor.INSTANCE;

  private final LogFixture gate = new LogFixture();

  @AfterEach
  void end() {
    gate.end();
  }

  @Test
  void anEventIsInTheFileWhenItsFutureCompletes() {
    FileAuditLog log = gate.log();
    assertTrue(log.isAvailable());
    for (int i = 1; i <= 20; i++) {
      assertTrue(LogFixture.isWritten(log.write(Samples.allowed(), LOOP)));
      assertEquals(i, gate.sink().events().size());
      assertEquals(gate.sink().events().getLast().head(), log.head());
    }
  }

  @Test
  void futuresCompleteOnTheirOwnLoop() throws Exception {
    EventExecutor loop = new DefaultEventExecutor();
    try {
      FileAuditLog log = gate.log();
      CompletableFuture<Boolean> inLoop = new CompletableFuture<>();
      var _ =
          log.write(Samples.allowed(), loop)
              .addListener(done -> inLoop.complete(done.isSuccess() && loop.inEventLoop()));
      assertTrue(inLoop.get(LogFixture.WAIT_SECONDS, TimeUnit.SECONDS));
    } finally {
      loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }

  @Test
  void aLoopThatEndedDoesNotStopTheOthers() throws Exception {
    EventExecutor ended = new DefaultEventExecutor();
    ended.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    FileAuditLog log = gate.log();
    Future<Void> orphan = log.write(Samples.allowed(), ended);
    assertTrue(LogFixture.isWritten(log.write(Samples.allowed(), LOOP)));
    Eventually.holds(orphan::isSuccess);
  }

  @Test
  void whatWaitsIsWrittenInOnePiece() throws Exception {
    FileAuditLog log = gate.log();
    Future<Void> held = gate.hold(log);
    List<Future<Void>> waiting = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      waiting.add(log.write(Samples.refused(), LOOP));
    }
    gate.sink().release();
    assertTrue(LogFixture.isWritten(held));
    waiting.forEach(future -> assertTrue(LogFixture.isWritten(future)));
    assertEquals(101, gate.sink().events().size());
    assertEquals(2, gate.sink().appends());
  }

  @Test
  void aQueueHoldsExactlyWhatItMayOfEachSort() throws Exception {
    FileAuditLog log =
        gate.log(
            OnFailure.REFUSE, new AuditQueue.Room(3, 1 << 20), new AuditQueue.Room(5, 1 << 20));
    gate.hold(log);
    List<Future<Void>> taken = new ArrayList<>();
    taken.add(log.write(Samples.allowed(), LOOP));
    taken.add(log.write(Samples.allowed(), LOOP));
    LogFixture.isRefused(log.write(Samples.allowed(), LOOP));
    taken.add(log.write(Samples.closed(), LOOP));
    taken.add(log.write(Samples.administrative(AuditEvent.Kind.STOP), LOOP));
    LogFixture.isRefused(log.write(Samples.closed(), LOOP));
    gate.sink().release();
    taken.forEach(future -> assertTrue(LogFixture.isWritten(future)));
    Eventually.holds(() -> gate.kinds().contains("gap"));
    RecordedEvent gap =
        gate.sink().events().stream().filter(e -> e.kind().equals("gap")).findFirst().orElseThrow();
    assertEquals("queue-full", LogFixture.gap(gap, "cause"));
    assertEquals(1L, LogFixture.gap(gap, "refused"));
    assertEquals(1L, LogFixture.gap(gap, "lost"));
    assertTrue(LogFixture.isWritten(log.write(Samples.allowed(), LOOP)), "there is room again");
    assertEquals(7, gate.sink().events().size());
  }

  @Test
  void theQueueIsBoundedInOctetsToo() {
    Pending small = Pending.of(Samples.plain("/", "x"), LOOP);
    Pending large = Pending.of(Samples.plain("/" + "a".repeat(9_999), "x"), LOOP);
    assertEquals(9_999, large.octets() - small.octets());
    AuditQueue.Room room = new AuditQueue.Room(100, small.octets() + 1L);
    AuditQueue queue = new AuditQueue(room, room);
    assertTrue(queue.offer(small));
    assertFalse(queue.offer(small));
    queue.settled(1, small.octets());
    assertFalse(queue.offer(large));
    assertTrue(queue.offer(small));
  }

  @Test
  void anEventWithoutFormHarmsNobodyElse() {
    FileAuditLog log = gate.log();
    Map<String, Object> broken = new HashMap<>();
    broken.put(
        "sallyport.x",
        new Object() {
          @Override
          public String toString() {
            throw new IllegalStateException("made by the test");
          }
        });
    LogFixture.isRefused(
        log.write(new AuditEvent.Administrative(Samples.AT, AuditEvent.Kind.STOP, broken), LOOP));
    assertTrue(LogFixture.isWritten(log.write(Samples.allowed(), LOOP)));
    assertEquals(1, gate.sink().events().getFirst().seq());
  }

  @Test
  void closingWritesWhatWaits() throws Exception {
    FileAuditLog log = gate.log();
    Future<Void> held = gate.hold(log);
    List<Future<Void>> waiting = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      waiting.add(log.write(Samples.closed(), LOOP));
    }
    gate.sink().release();
    log.close();
    assertTrue(held.isSuccess());
    waiting.forEach(future -> assertTrue(future.isSuccess()));
    assertTrue(gate.sink().isClosed());
    LogFixture.isRefused(log.write(Samples.allowed(), LOOP));
    assertEquals(11, gate.sink().events().size());
  }

  @Test
  void closingWritesTheGapThatIsDueLater() throws Exception {
    AuditQueue.Room one = new AuditQueue.Room(1, 1 << 20);
    FileAuditLog log = gate.log(OnFailure.REFUSE, one, one);
    Future<Void> held = gate.hold(log);
    LogFixture.isRefused(log.write(Samples.allowed(), LOOP));
    gate.sink().release();
    assertTrue(LogFixture.isWritten(held));
    log.close();
    assertEquals(
        1, gate.kinds().stream().filter("gap"::equals).count(), () -> gate.kinds().toString());
  }
}
