package dev.sallyport.proxy.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files whose time is over, with a clock: one event an hour.
class RetentionTest {
  private static final Duration KEEP = Duration.ofDays(2);
  private static final long SIZE = 8 * 1024;
  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");

  @TempDir Path temp;
  private Path file;
  private Optional<FileAuditLog> log = Optional.empty();
  private Instant at = START;

  @BeforeEach
  void open() throws IOException {
    file = temp.resolve("sallyport.jsonl");
    log =
        Optional.of(
            FileAuditLog.open(
                FileAuditLogFileTest.settings(file, SIZE), Clock.fixed(START, ZoneOffset.UTC)));
  }

  @AfterEach
  void close() {
    log.ifPresent(FileAuditLog::close);
  }

  private Future<Void> write(AuditEvent event) {
    return log.orElseThrow().write(event, ImmediateEventExecutor.INSTANCE);
  }

  /// Writes until so many files are finished and the active one holds something.
  private void fill(int finished) throws IOException {
    while (files().size() < finished) {
      assertTrue(
          LogFixture.isWritten(
              write(new AuditEvent.Administrative(at, AuditEvent.Kind.POLICY_LOADED, Map.of()))));
      at = at.plus(Duration.ofHours(1));
    }
  }

  private List<Path> files() throws IOException {
    return ChainFiles.of(file).finished();
  }

  private Retention retention(Instant now) {
    return new Retention(ChainFiles.of(file), KEEP, this::write, Clock.fixed(now, ZoneOffset.UTC));
  }

  private static Instant time(RecordedEvent event) {
    return Instant.parse(event.text(EventField.TIME).orElseThrow());
  }

  /// When the first event behind a file was: the checkpoint that begins the next.
  private Instant behind(int index) throws IOException {
    List<Path> all = new ArrayList<>(files());
    all.add(file);
    return time(ChainText.read(all.get(index + 1)).getFirst());
  }

  private String sentence() throws IOException {
    return ChainVerifier.verify(file).sentences().getFirst();
  }

  /// Checkpoints carry the log's own clock; here that is the time of their file's first event.
  private void reopenAt(Instant now) throws IOException {
    log.orElseThrow().close();
    log =
        Optional.of(
            FileAuditLog.open(
                FileAuditLogFileTest.settings(file, SIZE), Clock.fixed(now, ZoneOffset.UTC)));
  }

  /// Three finished files and an active one, a day apart.
  private void threeFiles() throws IOException {
    for (int i = 1; i <= 3; i++) {
      at = START.plus(Duration.ofDays(i));
      reopenAt(at);
      fill(i);
    }
  }

  @Test
  void aFileStaysUntilAllOfItIsOldEnough() throws Exception {
    threeFiles();
    Instant due = behind(0).plus(KEEP);
    assertEquals(0, retention(due.minusNanos(1000)).run());
    assertEquals(3, files().size());
    assertEquals(1, retention(due).run());
    assertEquals(2, files().size());
  }

  @Test
  void aRetiredRecordIsLeftAndVerifyUnderstandsIt() throws Exception {
    threeFiles();
    long last = ChainText.read(files().get(1)).getLast().seq();
    assertEquals(2, retention(behind(1).plus(KEEP)).run());
    List<RecordedEvent> retired = ChainText.read(file).stream().filter(Retired::is).toList();
    assertEquals(2, retired.size());
    assertEquals(last, retired.getLast().fields().get("sallyport.retired.to"));
    assertEquals(1L, retired.getFirst().fields().get("sallyport.retired.from"));
    EventSchemaAssert.assertAllValid(file);
    assertTrue(sentence().contains("intact from " + (last + 1) + " up to "), sentence());
    assertTrue(ChainVerifier.verify(file).holds(), sentence());
    log.orElseThrow().close();
    assertTrue(ChainVerifier.verify(file).holds(), sentence());
  }

  @Test
  void whatWasNotRetiredIsStillMissed() throws Exception {
    threeFiles();
    assertEquals(1, retention(behind(0).plus(KEEP)).run());
    Files.delete(files().getFirst());
    assertTrue(sentence().contains("no signed `retired` tells of that"), sentence());
  }

  @Test
  void theFileThatHoldsTheLastEventStays() throws Exception {
    threeFiles();
    log.orElseThrow().close();
    long first = ChainText.read(file).getFirst().seq();
    Files.move(file, ChainFiles.of(file).finished(first));
    Files.createFile(file);
    Retention retention =
        new Retention(
            ChainFiles.of(file),
            KEEP,
            _ -> ImmediateEventExecutor.INSTANCE.newSucceededFuture(null),
            Clock.fixed(START.plus(Duration.ofDays(1000)), ZoneOffset.UTC));
    assertEquals(1, retention.run(), "the second stands behind no record of this test");
    assertEquals(3, files().size());
    Files.delete(files().getFirst());
    Files.delete(files().getFirst());
    assertEquals(0, retention.run());
    assertEquals(List.of(ChainFiles.of(file).finished(first)), files());
  }

  @Test
  void aMissingMiddleIsNotBlessed() throws Exception {
    threeFiles();
    Instant late = behind(2).plus(KEEP);
    Files.delete(files().get(1));
    assertEquals(0, retention(late).run());
    assertEquals(2, files().size());
  }

  @Test
  void aMissingBeginningIsNotBlessed() throws Exception {
    threeFiles();
    Instant late = behind(2).plus(KEEP);
    Files.delete(files().getFirst());
    Retention retention = retention(late);
    assertEquals(0, retention.run());
    assertEquals(0, retention.run(), "nor at the next look");
    assertEquals(2, files().size());
  }

  @Test
  void compressedFilesGoLikeOthers() throws Exception {
    threeFiles();
    Path first = files().getFirst();
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(Path.of(first + ".gz")))) {
      Files.copy(first, out);
    }
    Files.delete(first);
    assertTrue(ChainVerifier.verify(file).holds(), sentence());
    assertEquals(1, retention(behind(0).plus(KEEP)).run());
    assertEquals(2, files().size());
    assertTrue(ChainVerifier.verify(file).holds(), sentence());
  }

  @Test
  void withoutARecordNothingIsRemoved() throws Exception {
    threeFiles();
    Retention mute =
        new Retention(
            ChainFiles.of(file),
            KEEP,
            _ -> ImmediateEventExecutor.INSTANCE.newFailedFuture(new IOException("full")),
            Clock.fixed(behind(2).plus(KEEP), ZoneOffset.UTC));
    assertEquals(0, mute.run());
    assertEquals(3, files().size());
  }

  @Test
  void itLooksAboutTenTimesWithinTheTime() {
    assertEquals(Duration.ofHours(1), RetentionThread.every(Duration.ofDays(400)));
    assertEquals(Duration.ofSeconds(6), RetentionThread.every(Duration.ofMinutes(1)));
    assertEquals(Duration.ofSeconds(1), RetentionThread.every(Duration.ofSeconds(2)));
  }
}
