package dev.sallyport.proxy.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.audit.Verification.ChainResult;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ChainVerifierTest {
  private static final List<String> LINES =
      ChainText.of(
              List.of(
                  Samples.administrative(AuditEvent.Kind.START),
                  Samples.allowed(),
                  Samples.refused(),
                  Samples.closed(),
                  Samples.administrative(AuditEvent.Kind.STOP)))
          .lines()
          .map(line -> line + "\n")
          .toList();

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("sallyport.jsonl");
  }

  private ChainResult result(String text) throws IOException {
    Files.writeString(file, text);
    Verification verification = ChainVerifier.verify(file);
    assertEquals(1, verification.chains().size());
    return verification.chains().getFirst();
  }

  private static String join(List<String> lines) {
    return String.join("", lines);
  }

  @Test
  void aWholeChainHolds() throws IOException {
    assertEquals("sallyport.jsonl: intact up to 5, not signed", result(join(LINES)).sentence());
    Verification verification = ChainVerifier.verify(folder);
    assertTrue(verification.holds());
    assertEquals(0, verification.exitCode());
  }

  @Test
  void everyChangeOfOneOctetIsFound() throws IOException {
    byte[] right =
        ChainText.of(
                List.of(
                    Samples.administrative(AuditEvent.Kind.START),
                    Samples.malformed(),
                    Samples.administrative(AuditEvent.Kind.STOP)))
            .getBytes(StandardCharsets.UTF_8);
    int line = 1;
    for (int i = 0; i < right.length; i++) {
      byte[] wrong = right.clone();
      wrong[i] = (byte) (wrong[i] ^ 1);
      Files.write(file, wrong);
      ChainResult result = ChainVerifier.verify(file).chains().getFirst();
      assertTrue(result.fault().isPresent(), "octet " + i);
      assertEquals(line, result.fault().get().line(), result.sentence());
      assertEquals(line - 1, result.intactUpTo(), result.sentence());
      line += right[i] == '\n' ? 1 : 0;
    }
  }

  static Stream<Arguments> edits() {
    return Stream.of(
        Arguments.of("first cut", edited(lines -> lines.remove(0)), 0, 1, "event 1 missing"),
        Arguments.of(
            "first two cut", edited(ls -> ls.subList(0, 2).clear()), 0, 1, "1 to 2 missing"),
        Arguments.of("one cut", edited(lines -> lines.remove(2)), 2, 3, "event 3 missing"),
        Arguments.of("two cut", edited(ls -> ls.subList(1, 3).clear()), 1, 2, "events 2 to 3 miss"),
        Arguments.of(
            "swap", edited(lines -> Collections.swap(lines, 1, 2)), 1, 2, "event 2 missing"),
        Arguments.of("double", edited(ls -> ls.add(2, LINES.get(1))), 2, 3, "a second time"),
        Arguments.of("again", edited(ls -> ls.add(4, LINES.get(1))), 4, 5, "out of its place"),
        Arguments.of("empty line", edited(ls -> ls.add(3, "\n")), 3, 4, "not an audit event"),
        Arguments.of("noise", edited(ls -> ls.add(3, "{}\n")), 3, 4, "not an audit event"),
        Arguments.of("white", edited(ls -> ls.set(3, " " + ls.get(3))), 3, 4, "its hash is not"),
        Arguments.of("return", edited(ls -> ls.set(1, crlf(ls.get(1)))), 1, 2, "its hash is not"),
        Arguments.of("bare", edited(ls -> ls.set(4, bare(ls.get(4)))), 4, 5, "its hash is not"),
        Arguments.of("long", edited(ls -> ls.add(3, "x".repeat(70_000) + "\n")), 3, 4, "longer"),
        Arguments.of("exchanged", exchanged(), 2, 4, "one of them was exchanged"),
        Arguments.of("other chain", otherChain(), 2, 4, "one of them was exchanged"));
  }

  private interface Edit {
    void apply(List<String> lines);
  }

  private static String edited(Edit edit) {
    List<String> lines = new ArrayList<>(LINES);
    edit.apply(lines);
    return join(lines);
  }

  private static String crlf(String line) {
    return line.replace("\n", "\r\n");
  }

  private static String bare(String line) {
    return line.replaceFirst(",\"sallyport.hash\":\"[0-9a-f]{64}\"", "");
  }

  /// Line 3 written anew with a right hash of its own.
  private static String exchanged() {
    ChainHead second = ChainText.parse(LINES.get(1)).head();
    return edited(ls -> ls.set(2, ChainText.after(second, List.of(Samples.allowed()))));
  }

  /// From line 4 on another chain with the right numbers.
  private static String otherChain() {
    ChainHead third = new ChainHead(3, "a".repeat(64));
    return join(LINES.subList(0, 3)) + ChainText.after(third, List.of(Samples.closed()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("edits")
  void editsAreFound(String name, String text, long intact, long line, String problem)
      throws IOException {
    ChainResult result = result(text);
    assertTrue(result.fault().isPresent(), name);
    assertEquals(intact, result.intactUpTo(), result.sentence());
    assertEquals(line, result.fault().get().line(), result.sentence());
    assertTrue(result.sentence().contains(problem), result.sentence());
    assertEquals(1, ChainVerifier.verify(file).exitCode());
  }

  @Test
  void aTornEndIsFound() throws IOException {
    String torn = join(LINES.subList(0, 4)) + LINES.get(4).substring(0, 17);
    ChainResult result = result(torn);
    assertEquals(
        "sallyport.jsonl: intact up to 4, not signed; sallyport.jsonl:5: the file ends in the"
            + " middle of a line (17 octets)",
        result.sentence());
  }

  @Test
  void theEndOfALineThatIsBeingWrittenIsWaitedFor() throws Exception {
    Files.writeString(file, join(LINES.subList(0, 4)) + LINES.get(4).substring(0, 17));
    Thread gate =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    Files.writeString(file, LINES.get(4).substring(17), StandardOpenOption.APPEND);
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                });
    assertTrue(ChainVerifier.verify(file).holds());
    gate.join();
  }

  @Test
  void aChainIsFollowedThroughItsFiles() throws IOException {
    Files.writeString(
        folder.resolve("sallyport-from-000000000001.jsonl"), join(LINES.subList(0, 2)));
    Files.writeString(folder.resolve("sallyport-from-000000000003.jsonl"), LINES.get(2));
    Files.writeString(file, join(LINES.subList(3, 5)));
    Files.writeString(folder.resolve("sallyport.jsonl.torn-1"), "torn");
    Files.writeString(folder.resolve("sallyport.jsonl.lock"), "17\n");
    Files.writeString(folder.resolve("README"), "not events");
    for (Path path : List.of(file, folder, folder.resolve("sallyport-from-000000000003.jsonl"))) {
      Verification verification = ChainVerifier.verify(path);
      assertEquals(
          List.of("sallyport.jsonl: intact up to 5, not signed"), verification.sentences());
      assertEquals(3, verification.chains().getFirst().files());
    }
    Files.delete(folder.resolve("sallyport-from-000000000003.jsonl"));
    assertEquals(
        List.of(
            "sallyport.jsonl: intact up to 2, not signed; sallyport.jsonl:1: event 3 missing before"
                + " event 4"),
        ChainVerifier.verify(folder).sentences());
  }

  /// What retention does between the look into the folder and the opening, so many times.
  private static ChainVerifier.Opener taking(int times, List<Path> oldest) {
    List<Path> left = new ArrayList<>(oldest.subList(0, times));
    return file -> {
      if (!left.isEmpty()) {
        Files.delete(left.removeFirst());
      }
      return Lines.open(file);
    };
  }

  @Test
  void filesThatGoAwayMeanwhileLetAChainBeBegunAgain() throws IOException {
    List<Path> oldest = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Path one = folder.resolve("sallyport-from-00000000000" + (i + 1) + ".jsonl");
      Files.writeString(one, LINES.get(i));
      oldest.add(one);
    }
    ChainFiles chain = ChainFiles.of(file);
    ChainResult two = ChainVerifier.resultOf(chain, Trusted.NOTHING, taking(2, oldest));
    assertEquals(3, two.files());
    assertTrue(two.sentence().contains("no signed `retired` tells of that"), two.sentence());
  }

  @Test
  void aChainWhoseFilesAlwaysGoAwayIsGivenUp() throws IOException {
    Files.writeString(file, join(LINES));
    List<Path> asked = new ArrayList<>();
    ChainVerifier.Opener never =
        one -> {
          asked.add(one);
          throw new NoSuchFileException(one.toString());
        };
    assertThrows(
        NoSuchFileException.class,
        () -> ChainVerifier.resultOf(ChainFiles.of(file), Trusted.NOTHING, never));
    assertEquals(ChainVerifier.MOST_BEGINNINGS, asked.size());
  }

  @Test
  void aFileThatIsCompressedMeanwhileIsReadOnce() throws IOException {
    Path first = folder.resolve("sallyport-from-000000000001.jsonl");
    Files.writeString(first, LINES.get(0));
    Files.writeString(file, join(LINES.subList(1, 5)));
    ChainVerifier.Opener compressing =
        one -> {
          if (one.equals(file.toAbsolutePath().normalize()) && Files.exists(first)) {
            Path packed = folder.resolve(first.getFileName() + ".gz");
            try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
              Files.copy(first, out);
            }
            Files.delete(first);
          }
          return Lines.open(one);
        };
    ChainResult result = ChainVerifier.resultOf(ChainFiles.of(file), Trusted.NOTHING, compressing);
    assertEquals("sallyport.jsonl: intact up to 5, not signed", result.sentence());
    assertEquals(2, result.files());
  }

  @Test
  void afterRotationTheActiveFileMayBeMissing() throws IOException {
    Files.writeString(folder.resolve("sallyport-from-000000000001.jsonl"), join(LINES));
    assertEquals(
        List.of("sallyport.jsonl: intact up to 5, not signed"),
        ChainVerifier.verify(folder).sentences());
  }

  @Test
  void everyChainOfAFolderIsJudgedByItself() throws IOException {
    Files.writeString(file, join(LINES.subList(0, 3)));
    Files.writeString(folder.resolve("run-7.jsonl"), join(LINES.subList(1, 3)));
    Files.writeString(folder.resolve("other.log"), join(LINES));
    Files.writeString(folder.resolve("zzz.jsonl"), "");
    Verification verification = ChainVerifier.verify(folder);
    assertEquals(
        List.of(
            "other.log: intact up to 5, not signed",
            "run-7.jsonl: nothing is intact; run-7.jsonl:1: event 1 missing before event 2, and"
                + " no signed `retired` tells of that",
            "sallyport.jsonl: intact up to 3, not signed",
            "zzz.jsonl: no events"),
        verification.sentences());
    assertFalse(verification.holds());
  }

  @Test
  void nothingToVerifyDoesNotHold() throws IOException {
    Verification nothing = ChainVerifier.verify(folder);
    assertEquals(1, nothing.exitCode());
    assertTrue(nothing.sentences().getFirst().endsWith("holds no audit file"));
    assertThrows(NoSuchFileException.class, () -> ChainVerifier.verify(file));
  }
}
