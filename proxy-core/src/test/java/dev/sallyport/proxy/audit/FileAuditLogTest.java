package dev.sallyport.proxy.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.time.Clock;
import java.time.ZoneOffset;
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
  private static final Clock CLOCK = Clock.fixed(Samples.AT, ZoneOffset.UTC);
  private static final AuditQueue.Room PLENTY = new AuditQueue.Room(1000, 1 << 30);
  private static final int WAIT_SECONDS = 30;

  private final FakeSink sink = new FakeSink();
  private final List<FileAuditLog> open = new ArrayList<>();

  private FileAuditLog log(OnFailure onFailure, AuditQueue.Room decisions, AuditQueue.Room all) {
    FileAuditLog log =
        new FileAuditLog(
            sink, ChainHead.NONE, List.of(), onFailure, new AuditQueue(decisions, all), CLOCK);
    open.add(log);
    return log;
  }

  private FileAuditLog log() {
    return log(OnFailure.REFUSE, PLENTY, PLENTY);
  }

  @AfterEach
  void end() {
    sink.recover();
    sink.release();
    open.forEach(FileAuditLog::close);
  }

  private static boolean isWritten(Future<Void> future) {
    assertTrue(future.awaitUninterruptibly(WAIT_SECONDS, TimeUnit.SECONDS), "no answer");
    return future.isSuccess();
  }

  private static void isRefused(Future<Void> future) {
    assertFalse(isWritten(future));
    assertInstanceOf(AuditUnavailableException.class, future.cause());
  }

  private List<String> kinds() {
    return sink.events().stream().map(RecordedEvent::kind).toList();
  }

  private static Object gap(RecordedEvent gap, String name) {
    return gap.fields().getOrDefault("sallyport.gap." + name, "absent");
  }

  /// Keeps the writer inside a write, so that what comes next waits in the queue.
  private Future<Void> hold(FileAuditLog log) throws Exception {
    sink.hold();
    Future<Void> held = log.write(Samples.allowed(), LOOP);
    Eventually.holds(() -> sink.appends() == 1);
    return held;
  }

  @Test
  void anEventIsInTheFileWhenItsFutureCompletes() {
    FileAuditLog log = log();
    assertTrue(log.isAvailable());
    for (int i = 1; i <= 20; i++) {
      assertTrue(isWritten(log.write(Samples.allowed(), LOOP)));
      assertEquals(i, sink.events().size());
      assertEquals(sink.events().getLast().head(), log.head());
    }
  }

  @Test
  void futuresCompleteOnTheirOwnLoop() throws Exception {
    EventExecutor loop = new DefaultEventExecutor();
    try {
      FileAuditLog log = log();
      CompletableFuture<Boolean> inLoop = new CompletableFuture<>();
      var _ =
          log.write(Samples.allowed(), loop)
              .addListener(done -> inLoop.complete(done.isSuccess() && loop.inEventLoop()));
      assertTrue(inLoop.get(WAIT_SECONDS, TimeUnit.SECONDS));
    } finally {
      loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }

  @Test
  void aLoopThatEndedDoesNotStopTheOthers() throws Exception {
    EventExecutor ended = new DefaultEventExecutor();
    ended.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    FileAuditLog log = log();
    Future<Void> orphan = log.write(Samples.allowed(), ended);
    assertTrue(isWritten(log.write(Samples.allowed(), LOOP)));
    Eventually.holds(orphan::isSuccess);
  }

  @Test
  void whatWaitsIsWrittenInOnePiece() throws Exception {
    FileAuditLog log = log();
    Future<Void> held = hold(log);
    List<Future<Void>> waiting = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      waiting.add(log.write(Samples.refused(), LOOP));
    }
    sink.release();
    assertTrue(isWritten(held));
    waiting.forEach(future -> assertTrue(isWritten(future)));
    assertEquals(101, sink.events().size());
    assertEquals(2, sink.appends());
  }

  @Test
  void aQueueHoldsExactlyWhatItMayOfEachSort() throws Exception {
    FileAuditLog log =
        log(OnFailure.REFUSE, new AuditQueue.Room(3, 1 << 20), new AuditQueue.Room(5, 1 << 20));
    hold(log);
    List<Future<Void>> taken = new ArrayList<>();
    taken.add(log.write(Samples.allowed(), LOOP));
    taken.add(log.write(Samples.allowed(), LOOP));
    isRefused(log.write(Samples.allowed(), LOOP));
    taken.add(log.write(Samples.closed(), LOOP));
    taken.add(log.write(Samples.administrative(AuditEvent.Kind.STOP), LOOP));
    isRefused(log.write(Samples.closed(), LOOP));
    sink.release();
    taken.forEach(future -> assertTrue(isWritten(future)));
    Eventually.holds(() -> kinds().contains("gap"));
    RecordedEvent gap =
        sink.events().stream().filter(e -> e.kind().equals("gap")).findFirst().orElseThrow();
    assertEquals("queue-full", gap(gap, "cause"));
    assertEquals(1L, gap(gap, "refused"));
    assertEquals(1L, gap(gap, "lost"));
    assertTrue(isWritten(log.write(Samples.allowed(), LOOP)), "there is room again");
    assertEquals(7, sink.events().size());
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
  void aFailingSinkRefusesDecisionsAndKeepsEnds() throws Exception {
    FileAuditLog log = log();
    assertTrue(isWritten(log.write(Samples.allowed(), LOOP)));
    sink.fail();
    isRefused(log.write(Samples.allowed(), LOOP));
    assertFalse(log.isAvailable());
    isRefused(log.write(Samples.refused(), LOOP));
    Future<Void> end = log.write(Samples.closed(1, 2), LOOP);
    Future<Void> other = log.write(Samples.closed(3, 4), LOOP);
    assertFalse(end.isDone());
    sink.recover();
    assertTrue(isWritten(end));
    assertTrue(isWritten(other));
    assertTrue(log.isAvailable());
    assertTrue(isWritten(log.write(Samples.allowed(), LOOP)));
    assertEquals(List.of("decision", "gap", "close", "close", "decision"), kinds());
    RecordedEvent gap = sink.events().get(1);
    assertEquals("write-failed", gap(gap, "cause"));
    assertEquals(2L, gap(gap, "refused"));
    assertEquals(0L, gap(gap, "unrecorded"));
    assertEquals(0L, gap(gap, "lost"));
    assertEquals("No space left on device", gap(gap, "problem"));
    assertEquals("2026-11-21T03:46:00.123456Z", gap(gap, "since"));
    sink.text().lines().forEach(EventSchemaAssert::assertValid);
  }

  @Test
  void anIdleSinkThatRecoversIsNoticed() throws Exception {
    FileAuditLog log = log();
    sink.fail();
    isRefused(log.write(Samples.allowed(), LOOP));
    sink.recover();
    Eventually.holds(log::isAvailable);
    assertEquals(List.of("gap"), kinds());
  }

  @Test
  void endsBeyondTheRoomForThemAreCounted() throws Exception {
    FileAuditLog log =
        log(OnFailure.REFUSE, new AuditQueue.Room(1, 1 << 20), new AuditQueue.Room(2, 1 << 20));
    sink.fail();
    isRefused(log.write(Samples.allowed(), LOOP));
    List<Future<Void>> kept =
        List.of(log.write(Samples.closed(), LOOP), log.write(Samples.closed(), LOOP));
    isRefused(log.write(Samples.closed(), LOOP));
    isRefused(log.write(Samples.closed(), LOOP));
    sink.recover();
    kept.forEach(future -> assertTrue(isWritten(future)));
    assertEquals(2L, gap(sink.events().getFirst(), "lost"));
    assertEquals(List.of("gap", "close", "close"), kinds());
  }

  @Test
  void whenTrafficGoesOnItsDecisionsAreCounted() throws Exception {
    FileAuditLog log = log(OnFailure.CONTINUE, PLENTY, PLENTY);
    sink.fail();
    assertTrue(isWritten(log.write(Samples.allowed(), LOOP)));
    assertTrue(log.isAvailable());
    assertTrue(isWritten(log.write(Samples.allowed(), LOOP)));
    assertEquals("", sink.text());
    sink.recover();
    Eventually.holds(() -> kinds().contains("gap"));
    assertEquals(2L, gap(sink.events().getFirst(), "unrecorded"));
    assertEquals(0L, gap(sink.events().getFirst(), "refused"));
  }

  @Test
  void anEventWithoutFormHarmsNobodyElse() {
    FileAuditLog log = log();
    Map<String, Object> broken = new HashMap<>();
    broken.put(
        "sallyport.x",
        new Object() {
          @Override
          public String toString() {
            throw new IllegalStateException("made by the test");
          }
        });
    isRefused(
        log.write(new AuditEvent.Administrative(Samples.AT, AuditEvent.Kind.STOP, broken), LOOP));
    assertTrue(isWritten(log.write(Samples.allowed(), LOOP)));
    assertEquals(1, sink.events().getFirst().seq());
  }

  @Test
  void closingWritesWhatWaits() throws Exception {
    FileAuditLog log = log();
    Future<Void> held = hold(log);
    List<Future<Void>> waiting = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      waiting.add(log.write(Samples.closed(), LOOP));
    }
    sink.release();
    log.close();
    assertTrue(held.isSuccess());
    waiting.forEach(future -> assertTrue(future.isSuccess()));
    assertTrue(sink.isClosed());
    isRefused(log.write(Samples.allowed(), LOOP));
    assertEquals(11, sink.events().size());
  }

  @Test
  void closingAFailingSinkIsBoundedAndTellsThoseWhoWait() {
    FileAuditLog log = log();
    sink.fail();
    isRefused(log.write(Samples.allowed(), LOOP));
    Future<Void> end = log.write(Samples.closed(), LOOP);
    log.close();
    isRefused(end);
    assertTrue(sink.isClosed());
  }

  @Test
  void closingWritesTheGapThatIsDueLater() throws Exception {
    AuditQueue.Room one = new AuditQueue.Room(1, 1 << 20);
    FileAuditLog log = log(OnFailure.REFUSE, one, one);
    Future<Void> held = hold(log);
    isRefused(log.write(Samples.allowed(), LOOP));
    sink.release();
    assertTrue(isWritten(held));
    log.close();
    assertEquals(1, kinds().stream().filter("gap"::equals).count(), () -> kinds().toString());
  }

  @Test
  void aWriteThatHangsCountsAsFailing() throws Exception {
    FileAuditLog log = log();
    Future<Void> held = hold(log);
    assertTrue(log.isAvailable());
    Eventually.holds(() -> !log.isAvailable());
    isRefused(log.write(Samples.allowed(), LOOP));
    sink.release();
    assertTrue(isWritten(held));
    Eventually.holds(log::isAvailable);
    Eventually.holds(() -> kinds().contains("gap"));
  }
}
