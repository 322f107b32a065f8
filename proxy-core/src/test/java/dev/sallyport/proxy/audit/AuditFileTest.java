package dev.sallyport.proxy.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.audit.EventSink.SetAside;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditFileTest {
  private static final long LARGE = 1L << 30;

  @TempDir Path temp;
  private Path file;
  private ChainFiles files;

  @BeforeEach
  void name() {
    file = temp.resolve("audit").resolve("sallyport.jsonl");
    files = ChainFiles.of(file);
  }

  private AuditFile.Opened open(long rotateOctets) throws AuditOpenException {
    return AuditFile.open(files, rotateOctets, Output::open);
  }

  /// Appends events one by one, as a gate with little to do would.
  private static ChainHead append(AuditFile to, ChainHead head, int events) throws IOException {
    Chain chain = new Chain(head);
    for (int i = 0; i < events; i++) {
      chain.add(Samples.allowed());
      to.append(chain.lines(), chain.firstSeq());
      chain.accept();
    }
    return chain.head();
  }

  private void writeEvents(int events) throws IOException {
    AuditFile.Opened opened = open(LARGE);
    append(opened.file(), opened.head(), events);
    opened.file().close();
  }

  private void verifies(long upTo) throws IOException {
    Verification verification = ChainVerifier.verify(file);
    assertEquals(List.of("sallyport.jsonl: intact up to " + upTo), verification.sentences());
  }

  private static String text(AuditOpenException e) {
    return String.valueOf(e.getMessage());
  }

  @Test
  void itIsCreatedForItsOwnerAlone() throws IOException {
    writeEvents(1);
    assertEquals(
        "rwx------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())));
    for (Path path : List.of(file, files.lock())) {
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
    }
  }

  @Test
  void itGoesOnWhereItEnded() throws IOException {
    writeEvents(3);
    AuditFile.Opened again = open(LARGE);
    assertEquals(3, again.head().seq());
    assertEquals(Optional.empty(), again.setAside());
    assertTrue(again.sealHolds());
    append(again.file(), again.head(), 2);
    again.file().close();
    verifies(5);
  }

  @Test
  void aLineTornAnywhereIsSetAside() throws IOException {
    writeEvents(3);
    byte[] whole = Files.readAllBytes(file);
    String text = new String(whole, StandardCharsets.UTF_8);
    int last = text.lastIndexOf('\n', text.length() - 2) + 1;
    for (int cut = last; cut < whole.length; cut++) {
      Files.write(file, Arrays.copyOf(whole, cut));
      Files.deleteIfExists(files.torn(1));
      AuditFile.Opened opened = open(LARGE);
      assertEquals(2, opened.head().seq());
      if (cut == last) {
        assertEquals(Optional.empty(), opened.setAside());
      } else {
        SetAside expected = new SetAside(cut - last, "sallyport.jsonl.torn-1");
        assertEquals(Optional.of(expected), opened.setAside());
        assertEquals(text.substring(last, cut), Files.readString(files.torn(1)));
      }
      append(opened.file(), opened.head(), 1);
      opened.file().close();
      verifies(3);
    }
  }

  @Test
  void whatNoGateWroteAtTheEndIsSetAsideToo() throws IOException {
    writeEvents(2);
    String noise = "\0".repeat(70_000) + "\nnoise\n{\"a\":1}\n\n";
    Files.writeString(file, noise, StandardOpenOption.APPEND);
    Files.writeString(files.torn(1), "an earlier one");
    AuditFile.Opened opened = open(LARGE);
    assertEquals(
        Optional.of(new SetAside(noise.length(), "sallyport.jsonl.torn-2")), opened.setAside());
    assertEquals(noise, Files.readString(files.torn(2)));
    append(opened.file(), opened.head(), 1);
    opened.file().close();
    verifies(3);
  }

  @Test
  void aTornFirstLineLeavesAnEmptyChain() throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "{\"time\":\"2026");
    AuditFile.Opened opened = open(LARGE);
    assertEquals(ChainHead.NONE, opened.head());
    assertTrue(opened.setAside().isPresent());
    append(opened.file(), opened.head(), 1);
    opened.file().close();
    verifies(1);
  }

  @Test
  void aLastLineThatWasChangedIsToldAndLeft() throws IOException {
    writeEvents(3);
    String text = Files.readString(file);
    int at = text.lastIndexOf("\"allow\"");
    Files.writeString(file, text.substring(0, at) + "\"ALLOW\"" + text.substring(at + 7));
    AuditFile.Opened opened = open(LARGE);
    assertFalse(opened.sealHolds());
    assertEquals(3, opened.head().seq());
    append(opened.file(), opened.head(), 1);
    opened.file().close();
    assertEquals(2, ChainVerifier.verify(file).chains().getFirst().intactUpTo());
  }

  @Test
  void onlyTheEndOfALongFileIsSearched() throws IOException {
    writeEvents(1);
    int filler = FileTail.SEARCH_OCTETS - (int) Files.size(file);
    Files.writeString(file, "x".repeat(filler - 1) + "\n", StandardOpenOption.APPEND);
    assertEquals(1, FileTail.of(file).flatMap(FileTail::last).map(RecordedEvent::seq).orElse(0L));
    Files.writeString(file, "\n", StandardOpenOption.APPEND);
    AuditOpenException e = assertThrows(AuditOpenException.class, () -> open(LARGE));
    assertTrue(text(e).contains("holds something else than audit events"), text(e));
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello\n", "{\"time\":1}\n", "\0\0\0\0\0\0\0\0\0\0", "x"})
  void aFileOfSomebodyElseIsNotTouched(String content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    AuditOpenException e = assertThrows(AuditOpenException.class, () -> open(LARGE));
    assertTrue(text(e).contains("holds something else than audit events"), text(e));
    assertEquals(content, Files.readString(file));
  }

  @Test
  void foldersAndLinksAreNoAuditFiles() throws IOException {
    Files.createDirectories(file);
    assertTrue(
        text(assertThrows(AuditOpenException.class, () -> open(LARGE)))
            .contains("is not a regular file"));
    Files.delete(file);
    Files.createSymbolicLink(file, temp.resolve("elsewhere"));
    assertTrue(
        text(assertThrows(AuditOpenException.class, () -> open(LARGE)))
            .contains("is not a regular file"));
    assertFalse(Files.exists(temp.resolve("elsewhere")));
  }

  @Test
  void aFolderThatCannotBeIsOneSentence() throws IOException {
    Files.writeString(temp.resolve("audit"), "a file");
    AuditOpenException e = assertThrows(AuditOpenException.class, () -> open(LARGE));
    assertTrue(text(e).startsWith("audit file `" + file + "` cannot be written: "), text(e));
    assertFalse(text(e).contains("Exception"), text(e));
  }

  @Test
  void twoGatesCannotWriteOneFile() throws IOException {
    AuditFile.Opened first = open(LARGE);
    AuditOpenException e = assertThrows(AuditOpenException.class, () -> open(LARGE));
    assertTrue(text(e).contains("is in use by another gate"), text(e));
    append(first.file(), first.head(), 1);
    first.file().close();
    writeEvents(1);
    verifies(2);
  }

  @Test
  void aFullFileIsPutAside() throws IOException {
    AuditFile.Opened opened = open(LARGE);
    ChainHead head = append(opened.file(), opened.head(), 2);
    long two = Files.size(file);
    opened.file().close();
    // Two lines fit exactly; a third one does not.
    opened = open(two);
    append(opened.file(), head, 3);
    opened.file().close();
    Path first = files.finished(1);
    Path second = files.finished(3);
    assertEquals(List.of(first, second), files.finished());
    assertEquals(2, ChainText.read(first).size());
    assertEquals(2, ChainText.read(second).size());
    assertEquals(1, ChainText.read(file).size());
    verifies(5);
    Files.delete(file);
    assertEquals(4, open(two).head().seq());
  }

  @Test
  void aLineLongerThanAFileMayBeGetsAFileOfItsOwn() throws IOException {
    AuditFile.Opened opened = open(1);
    append(opened.file(), opened.head(), 3);
    opened.file().close();
    assertEquals(2, files.finished().size());
    verifies(3);
  }

  @Test
  void aFinishedFileIsNeverWrittenOver() throws IOException {
    AuditFile.Opened opened = open(1);
    ChainHead head = append(opened.file(), opened.head(), 1);
    Files.writeString(files.finished(1), "in the way");
    IOException e = assertThrows(IOException.class, () -> append(opened.file(), head, 1));
    assertTrue(String.valueOf(e.getMessage()).contains("is in the way"), e.toString());
    assertEquals("in the way", Files.readString(files.finished(1)));
    Files.delete(files.finished(1));
    assertEquals(Optional.empty(), opened.file().reopen());
    append(opened.file(), head, 1);
    opened.file().close();
    verifies(2);
  }

  @Test
  void aFileThatSomebodyDeletedIsMissedAtOnceAndMadeAnew() throws IOException {
    AuditFile.Opened opened = open(LARGE);
    ChainHead head = append(opened.file(), opened.head(), 2);
    Files.delete(file);
    Files.delete(files.lock());
    Files.delete(file.getParent());
    assertThrows(IOException.class, () -> append(opened.file(), head, 1));
    assertEquals(Optional.empty(), opened.file().reopen());
    append(opened.file(), head, 1);
    assertThrows(AuditOpenException.class, () -> open(LARGE));
    opened.file().close();
    assertEquals(3, ChainText.read(file).getFirst().seq());
    assertEquals(
        List.of(
            "sallyport.jsonl: nothing is intact;"
                + " sallyport.jsonl:1: events 1 to 2 missing before event 3"),
        ChainVerifier.verify(file).sentences());
  }

  @Test
  void whatSomebodyAppendedIsSetAside() throws IOException {
    AuditFile.Opened opened = open(LARGE);
    ChainHead head = append(opened.file(), opened.head(), 2);
    String forged = ChainText.after(head, List.of(Samples.allowed()));
    Files.writeString(file, forged, StandardOpenOption.APPEND);
    assertThrows(IOException.class, () -> append(opened.file(), head, 1));
    assertEquals(forged.length(), opened.file().reopen().orElseThrow().octets());
    assertEquals(forged, Files.readString(files.torn(1)));
    append(opened.file(), head, 1);
    opened.file().close();
    verifies(3);
  }

  @Test
  void aFileThatSomebodyCutGoesOnBehindItsLastWholeLine() throws IOException {
    AuditFile.Opened opened = open(LARGE);
    ChainHead head = append(opened.file(), opened.head(), 3);
    String text = Files.readString(file);
    int second = text.indexOf('\n') + 1;
    Files.writeString(file, text.substring(0, second + 20));
    assertThrows(IOException.class, () -> append(opened.file(), head, 1));
    assertEquals(20, opened.file().reopen().orElseThrow().octets());
    append(opened.file(), head, 1);
    opened.file().close();
    assertEquals(
        List.of(
            "sallyport.jsonl: intact up to 1;"
                + " sallyport.jsonl:2: events 2 to 3 missing before event 4"),
        ChainVerifier.verify(file).sentences());
  }

  @Test
  void aWriteThatFailsHalfwayLeavesNothing() throws IOException {
    FullDisk disk = new FullDisk();
    AuditFile.Opened opened = AuditFile.open(files, LARGE, disk);
    ChainHead head = append(opened.file(), opened.head(), 2);
    String before = Files.readString(file);
    Chain chain = new Chain(head);
    chain.add(Samples.refused());
    chain.add(Samples.closed());
    int octets = chain.lines().remaining();
    for (int room = 0; room < octets; room += 7) {
      disk.room(room);
      ByteBuffer lines = chain.lines();
      assertThrows(IOException.class, () -> opened.file().append(lines, 3));
      assertEquals(before, Files.readString(file));
      disk.room(Integer.MAX_VALUE);
      assertEquals(Optional.empty(), opened.file().reopen());
    }
    opened.file().append(chain.lines(), 3);
    opened.file().close();
    verifies(4);
  }

  @Test
  void whatCannotBeCutBackAtOnceIsCutBackLater() throws IOException {
    FullDisk disk = new FullDisk();
    AuditFile.Opened opened = AuditFile.open(files, LARGE, disk);
    ChainHead head = append(opened.file(), opened.head(), 2);
    disk.room(100);
    disk.refuseToCut();
    assertThrows(IOException.class, () -> append(opened.file(), head, 1));
    assertThrows(IOException.class, () -> opened.file().reopen());
    disk.room(Integer.MAX_VALUE);
    assertEquals(Optional.empty(), opened.file().reopen());
    assertFalse(Files.exists(files.torn(1)));
    append(opened.file(), head, 1);
    opened.file().close();
    verifies(3);
  }
}
