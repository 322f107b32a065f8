package dev.sallyport.proxy.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TailPrinterTest {
  @TempDir Path folder;
  private Path file;
  private final List<String> out = Collections.synchronizedList(new ArrayList<>());
  private final AtomicBoolean stop = new AtomicBoolean();

  /// Whether following has begun.
  private final AtomicBoolean asked = new AtomicBoolean();

  @BeforeEach
  void name() {
    file = folder.resolve("sallyport.jsonl");
  }

  /// Lines whose only words are their numbers.
  private static String events(int from, int to) {
    return IntStream.rangeClosed(from, to)
        .mapToObj(
            i -> "{\"sallyport.seq\":" + i + ",\"sallyport.event\":\"start\",\"n\":" + i + "}\n")
        .collect(Collectors.joining());
  }

  private static List<String> shown(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(i -> "-  start  n=" + i).toList();
  }

  private Path finished(int first) {
    return ChainFiles.of(file).finished(first);
  }

  private void write(Path to, String text) throws IOException {
    Files.writeString(to, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private void waitFor(List<String> lines) throws Exception {
    Eventually.holds(() -> out.size() >= lines.size());
    assertEquals(lines, List.copyOf(out));
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 1", "3, 3", "5, 5", "6, 6", "9, 9", "10, 9", "100, 9"})
  void theLastEventsAreThoseOfAllFiles(int asked, int given) throws IOException {
    write(finished(1), events(1, 4));
    write(finished(5), events(5, 6));
    write(file, events(7, 9));
    try (TailPrinter tail = new TailPrinter(file, Paint.PLAIN, out::add)) {
      tail.last(asked);
    }
    assertEquals(asked == 0 ? List.of() : shown(10 - given, 9), out);
  }

  @Test
  void theLastEventsOfALongFileAreFoundFromItsEnd() throws IOException {
    write(file, events(1, 20_000));
    try (TailPrinter tail = new TailPrinter(file, Paint.PLAIN, out::add)) {
      tail.last(5_000);
    }
    assertEquals(shown(15_001, 20_000), out);
  }

  @Test
  void anUnfinishedLineIsNotShown() throws IOException {
    write(file, events(1, 3) + "{\"sallyport");
    try (TailPrinter tail = new TailPrinter(file, Paint.PLAIN, out::add)) {
      tail.last(2);
    }
    assertEquals(shown(2, 3), out);
  }

  @Test
  void aMissingFileIsSaid() throws IOException {
    try (TailPrinter tail = new TailPrinter(file, Paint.PLAIN, out::add)) {
      assertThrows(NoSuchFileException.class, () -> tail.last(1));
    }
  }

  @Test
  void badLinesAreToldWithoutTheirText() throws IOException {
    write(file, events(1, 1) + "\u001b[2Jsecret\n" + events(2, 2));
    try (TailPrinter tail = new TailPrinter(file, Paint.PLAIN, out::add)) {
      tail.last(3);
    }
    assertEquals(
        List.of(
            "-  start  n=1",
            "sallyport.jsonl: a line is not an audit event; `sallyport audit verify` says where",
            "-  start  n=2"),
        out);
  }

  private boolean isToStop() {
    asked.set(true);
    return stop.get();
  }

  private CompletableFuture<Void> follow(int last) {
    return CompletableFuture.runAsync(
        () -> {
          try (TailPrinter tail = new TailPrinter(file, Paint.PLAIN, out::add)) {
            if (last >= 0) {
              tail.last(last);
            }
            tail.follow(this::isToStop);
          } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
          }
        },
        task -> Thread.ofPlatform().daemon().start(task));
  }

  @Test
  void aFileIsFollowedThroughItsRotations() throws Exception {
    write(finished(1), events(1, 2));
    write(file, events(3, 5));
    CompletableFuture<Void> tail = follow(1);
    waitFor(shown(5, 5));
    write(file, events(6, 6));
    waitFor(shown(5, 6));
    // Events 7 and 8 are the last of a file, 9 and 10 all of the next one.
    write(file, events(7, 8));
    Files.move(file, finished(3));
    write(file, events(9, 10));
    Files.move(file, finished(9));
    write(file, events(11, 12));
    waitFor(shown(5, 12));
    stop.set(true);
    tail.get(30, TimeUnit.SECONDS);
    assertEquals(shown(5, 12), out);
  }

  @Test
  void rotationRightAfterTheStartRepeatsNothing() throws Exception {
    write(finished(1), events(1, 2));
    write(file, events(3, 5));
    try (TailPrinter tail = new TailPrinter(file, Paint.PLAIN, out::add)) {
      tail.last(0);
      Files.move(file, finished(3));
      write(file, events(6, 6));
      tail.follow(() -> out.contains("-  start  n=6"));
    }
    assertEquals(shown(6, 6), out);
  }

  @Test
  void aFileThatIsNotThereYetIsWaitedFor() throws Exception {
    CompletableFuture<Void> tail = follow(-1);
    Eventually.holds(asked::get);
    write(file, events(1, 1));
    waitFor(shown(1, 1));
    Files.move(file, finished(1));
    write(file, "");
    write(file, events(2, 3));
    waitFor(shown(1, 3));
    stop.set(true);
    tail.get(30, TimeUnit.SECONDS);
  }

  @Test
  void aFinishedFileOfBadLinesIsReadOnce() throws Exception {
    write(file, events(1, 1));
    CompletableFuture<Void> tail = follow(1);
    waitFor(shown(1, 1));
    Files.move(file, finished(1));
    write(finished(2), "bad\n");
    write(file, events(3, 3));
    List<String> expected =
        Stream.of(
                shown(1, 1),
                List.of(
                    "sallyport-from-000000000002.jsonl: a line is not an audit event;"
                        + " `sallyport audit verify` says where"),
                shown(3, 3))
            .flatMap(List::stream)
            .toList();
    waitFor(expected);
    stop.set(true);
    tail.get(30, TimeUnit.SECONDS);
    assertEquals(expected, out);
  }

  @Test
  void ofAFolderTheLogThatWasWrittenLastIsTaken(@TempDir Path logs) throws IOException {
    assertThrows(NoSuchFileException.class, () -> TailPrinter.newest(logs));
    Path old = Files.writeString(logs.resolve("b.jsonl"), ChainText.of(List.of(Samples.closed())));
    Path last = Files.writeString(logs.resolve("a.jsonl"), ChainText.of(List.of(Samples.closed())));
    Files.setLastModifiedTime(old, FileTime.from(Samples.AT));
    assertEquals(last, TailPrinter.newest(logs));
    Files.setLastModifiedTime(last, FileTime.from(Samples.AT.minusSeconds(1)));
    assertEquals(old, TailPrinter.newest(logs));
    assertEquals(last, TailPrinter.newest(last));
  }
}
