package dev.sallyport.proxy.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrailTest {
  @TempDir private Path folder = Path.of("");
  private Path active = Path.of("");

  @BeforeEach
  void nameTheFile() {
    active = folder.resolve("sallyport.jsonl");
  }

  /// Events 1 to 6, two to a file.
  private void threeFiles() throws IOException {
    List<String> lines = lines(6);
    write("sallyport-from-000000000001.jsonl", lines.subList(0, 2));
    write("sallyport-from-000000000003.jsonl", lines.subList(2, 4));
    write("sallyport.jsonl", lines.subList(4, 6));
  }

  private static List<String> lines(int count) {
    List<AuditEvent> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(
          new AuditEvent.Administrative(
              Samples.AT.plusSeconds(i), AuditEvent.Kind.START, Map.of()));
    }
    return ChainText.of(events).lines().toList();
  }

  private void write(String name, List<String> lines) throws IOException {
    Files.write(folder.resolve(name), lines);
  }

  private Path compress(String name) throws IOException {
    Path plain = folder.resolve(name);
    Path packed = folder.resolve(name + ".gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      Files.copy(plain, out);
    }
    Files.delete(plain);
    return packed;
  }

  private static List<Long> seqs(Path from, Span span) throws IOException {
    return seqs(Trail.open(from, span));
  }

  private static List<Long> seqs(Trail opened) throws IOException {
    List<Long> seqs = new ArrayList<>();
    try (Trail trail = opened) {
      for (Optional<RecordedLine> next = trail.next(); next.isPresent(); next = trail.next()) {
        RecordedLine.Event line = assertInstanceOf(RecordedLine.Event.class, next.get());
        assertTrue(trail.text().contains("\"sallyport.seq\":" + line.event().seq() + ","));
        seqs.add(line.event().seq());
      }
    }
    return seqs;
  }

  @Test
  void rotatedFilesAreReadInOrder() throws IOException {
    threeFiles();
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L), seqs(active, Span.ALWAYS));
  }

  @Test
  void compressedFilesAreReadInTheirPlaces() throws IOException {
    threeFiles();
    compress("sallyport-from-000000000001.jsonl");
    compress("sallyport-from-000000000003.jsonl");
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L), seqs(active, Span.ALWAYS));
    Verification verified = ChainVerifier.verify(active);
    assertEquals(List.of("sallyport.jsonl: intact up to 6, not signed"), verified.sentences());
  }

  @Test
  void aFileThatIsBeingCompressedIsReadOnce() throws IOException {
    threeFiles();
    byte[] half = Arrays.copyOf(new byte[] {0x1f, (byte) 0x8b, 8}, 3);
    Files.write(folder.resolve("sallyport-from-000000000001.jsonl.gz"), half);
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L), seqs(active, Span.ALWAYS));
  }

  @Test
  void aFolderHoldsSeveralChains() throws IOException {
    threeFiles();
    write("other.jsonl", lines(2));
    assertEquals(List.of(1L, 2L, 1L, 2L, 3L, 4L, 5L, 6L), seqs(folder, Span.ALWAYS));
  }

  @Test
  void aCompressedFileAloneIsAChain() throws IOException {
    write("copied.jsonl", lines(2));
    Path packed = compress("copied.jsonl");
    assertEquals(List.of(1L, 2L), seqs(packed, Span.ALWAYS));
    assertEquals(List.of(1L, 2L), seqs(folder, Span.ALWAYS));
  }

  @Test
  void aSpanHoldsItsFirstMomentAndNotItsLast() throws IOException {
    threeFiles();
    Instant from = Samples.AT.plusSeconds(1);
    Instant to = Samples.AT.plusSeconds(4);
    assertEquals(List.of(2L, 3L, 4L), seqs(active, Span.of(Optional.of(from), Optional.of(to))));
    assertEquals(
        List.of(3L, 4L, 5L, 6L),
        seqs(active, Span.of(Optional.of(from.plusNanos(1000)), Optional.empty())));
    assertEquals(
        List.of(1L, 2L),
        seqs(active, Span.of(Optional.empty(), Optional.of(from.plusNanos(1000)))));
  }

  @Test
  void aDamagedCompressedFileIsSaidAndTheRestIsRead() throws IOException {
    threeFiles();
    Path packed = compress("sallyport-from-000000000003.jsonl");
    byte[] octets = Files.readAllBytes(packed);
    Files.write(packed, Arrays.copyOf(octets, octets.length / 2));
    List<String> seen = new ArrayList<>();
    try (Trail trail = Trail.open(active, Span.ALWAYS)) {
      for (Optional<RecordedLine> next = trail.next(); next.isPresent(); next = trail.next()) {
        seen.add(
            switch (next.get()) {
              case RecordedLine.Event(Path file, long line, RecordedEvent event) ->
                  "" + event.seq();
              case RecordedLine.Bad bad -> bad.text();
            });
      }
    }
    assertTrue(seen.contains("6"), seen.toString());
    assertTrue(
        seen.stream()
            .anyMatch(line -> line.endsWith("the compressed file is damaged from here on")),
        seen.toString());
    assertTrue(
        ChainVerifier.verify(active).sentences().getFirst().contains("damaged from here on"));
  }

  @Test
  void whatIsNoGzipAtAllIsSaid() throws IOException {
    Files.writeString(folder.resolve("x.jsonl.gz"), "no gzip", StandardCharsets.US_ASCII);
    try (Trail trail = Trail.open(folder, Span.ALWAYS)) {
      assertInstanceOf(RecordedLine.Bad.class, trail.next().orElseThrow());
      assertEquals(Optional.empty(), trail.next());
    }
  }

  @Test
  void whatIsFinishedMeanwhileIsNotMissed() throws IOException {
    threeFiles();
    List<Long> seqs = new ArrayList<>();
    try (Trail trail = Trail.open(active, Span.ALWAYS)) {
      for (Optional<RecordedLine> next = trail.next(); next.isPresent(); next = trail.next()) {
        if (next.get() instanceof RecordedLine.Event(Path file, long line, RecordedEvent event)) {
          seqs.add(event.seq());
          if (event.seq() == 1) {
            Files.move(active, folder.resolve("sallyport-from-000000000005.jsonl"));
            write("sallyport.jsonl", lines(7).subList(6, 7));
          }
        }
      }
    }
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L), seqs);
  }

  @Test
  void whatRetentionTakesMeanwhileIsPassedOver() throws IOException {
    threeFiles();
    Trail.Opener taking =
        file -> {
          Files.deleteIfExists(folder.resolve("sallyport-from-000000000001.jsonl"));
          return EventReader.open(file);
        };
    assertEquals(List.of(3L, 4L, 5L, 6L), seqs(Trail.open(active, Span.ALWAYS, taking)));
  }

  @Test
  void whatIsCompressedJustBeforeItIsOpenedIsRead() throws IOException {
    threeFiles();
    String first = "sallyport-from-000000000001.jsonl";
    Trail.Opener compressing =
        file -> {
          if (Files.exists(folder.resolve(first))) {
            compress(first);
          }
          return EventReader.open(file);
        };
    List<Long> all = List.of(1L, 2L, 3L, 4L, 5L, 6L);
    assertEquals(all, seqs(Trail.open(active, Span.ALWAYS, compressing)));
  }

  @Test
  void filesThatGoAwayForEverAreNotWaitedFor() throws IOException {
    threeFiles();
    List<Path> asked = new ArrayList<>();
    Trail.Opener never =
        file -> {
          asked.add(file);
          throw new NoSuchFileException(file.toString());
        };
    assertThrows(NoSuchFileException.class, () -> seqs(Trail.open(active, Span.ALWAYS, never)));
    assertEquals(Trail.MOST_GONE, asked.size());
  }

  @Test
  void progressEndsAtTheSizeOfAllFiles() throws IOException {
    threeFiles();
    compress("sallyport-from-000000000003.jsonl");
    try (Trail trail = Trail.open(active, Span.ALWAYS)) {
      assertEquals(0, trail.octetsDone());
      while (trail.next().isPresent()) {
        assertTrue(trail.octetsDone() <= trail.octets());
      }
      assertEquals(trail.octets(), trail.octetsDone());
    }
  }

  @Test
  void aMissingFileIsSaid() {
    assertThrows(NoSuchFileException.class, () -> Trail.open(active, Span.ALWAYS));
  }

  @Test
  void aGateGoesOnBehindACompressedFile() throws Exception {
    write("sallyport.jsonl", lines(2));
    Files.move(active, folder.resolve("sallyport-from-000000000001.jsonl"));
    compress("sallyport-from-000000000001.jsonl");
    AuditFile.Opened opened = AuditFile.open(ChainFiles.of(active), 1 << 20, Output::open);
    opened.file().close();
    assertEquals(2, opened.head().seq());
    assertTrue(opened.sealHolds());
  }
}
