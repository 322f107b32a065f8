package dev.sallyport.proxy.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.config.Settings;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The log with real files.
class FileAuditLogFileTest {
  private static final EventExecutor LOOP = ImmediateEventExecutor.INSTANCE;
  private static final long LARGE = 1L << 30;

  @TempDir Path temp;
  private Path file;

  @BeforeEach
  void name() {
    file = temp.resolve("audit").resolve("sallyport.jsonl");
  }

  static Settings.Audit settings(Path file, long rotateSize) {
    return new Settings.Audit(file, rotateSize, Duration.ofDays(400), false);
  }

  private FileAuditLog open(long rotateSize) throws AuditOpenException {
    return FileAuditLog.open(settings(file, rotateSize), Clock.systemUTC());
  }

  private static boolean isWritten(Future<Void> future) {
    return future.awaitUninterruptibly(30, TimeUnit.SECONDS) && future.isSuccess();
  }

  @Test
  void sixtyFourThreadsLeaveNoHoleThroughRotations() throws Exception {
    int threads = 64;
    int each = 160;
    try (FileAuditLog log = open(1L << 20);
        ExecutorService clients = Executors.newFixedThreadPool(threads)) {
      List<Callable<Boolean>> work = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        work.add(() -> everyOneIsWritten(log, each));
      }
      for (var done : clients.invokeAll(work)) {
        assertTrue(done.get());
      }
    }
    long events = (long) threads * each;
    Verification.ChainResult verified = ChainVerifier.verify(file).chains().getFirst();
    assertEquals(Optional.empty(), verified.fault());
    assertTrue(verified.signedUpTo() == verified.intactUpTo(), verified::sentence);
    List<Path> finished = ChainFiles.of(file).finished();
    assertTrue(finished.size() >= 5, finished::toString);
    Set<String> ids = new HashSet<>();
    for (Path one : finished) {
      assertTrue(Files.size(one) <= 1L << 20);
      addIds(ChainText.read(one), ids);
    }
    addIds(ChainText.read(file), ids);
    assertEquals(events, ids.size());
  }

  private static void addIds(List<RecordedEvent> events, Set<String> ids) {
    events.stream()
        .filter(event -> !Checkpoint.is(event))
        .forEach(event -> ids.add(event.text(EventField.EVENT_ID).orElseThrow()));
  }

  private static RecordedEvent gap(List<RecordedEvent> events) {
    return events.stream().filter(event -> event.kind().equals("gap")).findFirst().orElseThrow();
  }

  private static boolean everyOneIsWritten(FileAuditLog log, int count) {
    List<Future<Void>> futures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      futures.add(log.write(i % 2 == 0 ? Samples.allowed() : Samples.closed(), LOOP));
    }
    return futures.stream().allMatch(FileAuditLogFileTest::isWritten);
  }

  @Test
  void aTornLineIsRecordedAndTheChainGoesOn() throws IOException {
    try (FileAuditLog log = open(LARGE)) {
      assertTrue(isWritten(log.write(Samples.allowed(), LOOP)));
      assertTrue(isWritten(log.write(Samples.closed(), LOOP)));
    }
    Files.writeString(file, "{\"time\":\"2026", StandardOpenOption.APPEND);
    open(LARGE).close();
    List<RecordedEvent> events = ChainText.read(file);
    RecordedEvent gap = gap(events);
    assertEquals(6, gap.seq());
    assertEquals("torn-line", gap.fields().get("sallyport.gap.cause"));
    assertEquals(13L, gap.fields().get("sallyport.gap.octets"));
    assertEquals("sallyport.jsonl.torn-1", gap.fields().get("sallyport.gap.file"));
    assertEquals(0, ChainVerifier.verify(file).exitCode());
    EventSchemaAssert.assertAllValid(file);
  }

  @Test
  void aChangedLastLineIsRecorded() throws IOException {
    try (FileAuditLog log = open(LARGE)) {
      assertTrue(isWritten(log.write(Samples.allowed(), LOOP)));
    }
    Files.writeString(file, Files.readString(file).replace("\"start\"", "\"stop\""));
    open(LARGE).close();
    RecordedEvent gap = gap(ChainText.read(file));
    assertEquals("changed-line", gap.fields().get("sallyport.gap.cause"));
    assertEquals(2L, gap.fields().get("sallyport.gap.event"));
    assertEquals(1, ChainVerifier.verify(file).exitCode());
    EventSchemaAssert.assertAllValid(file);
  }

  @Test
  void aSecondGateGetsOneSentence() throws IOException {
    FileAuditLog first = open(LARGE);
    AuditOpenException e = assertThrows(AuditOpenException.class, () -> open(LARGE));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.contains("is in use by another gate"), message);
    assertFalse(message.contains("\n"), message);
    assertTrue(isWritten(first.write(Samples.allowed(), LOOP)));
    first.close();
    open(LARGE).close();
  }

  @Test
  void aFullDiskRefusesAndRecovers() throws Exception {
    FullDisk disk = new FullDisk();
    AuditFile.Opened opened = AuditFile.open(ChainFiles.of(file), LARGE, disk);
    AuditQueue.Room room = new AuditQueue.Room(1000, 1 << 30);
    try (FileAuditLog log =
        new FileAuditLog(
            "sallyport.jsonl",
            opened.file(),
            opened.head(),
            Optional.empty(),
            List.of(),
            OnFailure.REFUSE,
            new AuditQueue(room, room),
            Clock.systemUTC())) {
      assertTrue(isWritten(log.write(Samples.allowed(), LOOP)));
      disk.room(300);
      assertFalse(isWritten(log.write(Samples.allowed(), LOOP)));
      Future<Void> end = log.write(Samples.closed(), LOOP);
      assertFalse(log.isAvailable());
      disk.room(Integer.MAX_VALUE);
      assertTrue(isWritten(end));
      assertTrue(log.isAvailable());
      assertTrue(isWritten(log.write(Samples.allowed(), LOOP)));
    }
    assertEquals(
        List.of("decision", "gap", "close", "decision"),
        ChainText.read(file).stream().map(RecordedEvent::kind).toList());
    assertEquals(0, ChainVerifier.verify(file).exitCode());
    EventSchemaAssert.assertAllValid(file);
  }

  @Test
  void aDeletedFolderRefusesOneDecisionAndIsMadeAnew() throws Exception {
    try (FileAuditLog log = open(LARGE)) {
      assertTrue(isWritten(log.write(Samples.allowed(), LOOP)));
      Files.delete(file);
      Files.delete(ChainFiles.of(file).lock());
      Files.delete(file.resolveSibling(SigningKey.PRIVATE_FILE));
      Files.delete(file.resolveSibling(SigningKey.PUBLIC_FILE));
      Files.delete(file.getParent());
      assertFalse(isWritten(log.write(Samples.allowed(), LOOP)));
      Eventually.holds(log::isAvailable);
      assertTrue(isWritten(log.write(Samples.allowed(), LOOP)));
    }
    List<RecordedEvent> events = ChainText.read(file);
    assertEquals(3, events.getFirst().seq());
    assertEquals(
        "the file or its folder is gone", events.getFirst().fields().get("sallyport.gap.problem"));
  }
}
