package dev.sallyport.proxy.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Writes that fail, and files that change under the gate.
class AuditFileFailureTest {
  @TempDir Path temp;
  private Path file;
  private ChainFiles files;
  private FileFixture audit;

  @BeforeEach
  void name() {
    audit = new FileFixture(temp.resolve("audit").resolve("sallyport.jsonl"));
    file = audit.file();
    files = audit.files();
  }

  @Test
  void aFileThatSomebodyDeletedIsMissedAtOnceAndMadeAnew() throws IOException {
    AuditFile.Opened opened = audit.open(FileFixture.LARGE);
    ChainHead head = FileFixture.append(opened.file(), opened.head(), 2);
    Files.delete(file);
    Files.delete(files.lock());
    Files.delete(file.getParent());
    assertThrows(IOException.class, () -> FileFixture.append(opened.file(), head, 1));
    assertEquals(Optional.empty(), opened.file().reopen());
    FileFixture.append(opened.file(), head, 1);
    assertThrows(AuditOpenException.class, () -> audit.open(FileFixture.LARGE));
    opened.file().close();
    assertEquals(3, ChainText.read(file).getFirst().seq());
    assertEquals(
        List.of(
            "sallyport.jsonl: nothing is intact;"
                + " sallyport.jsonl:1: events 1 to 2 missing before event 3, and no"
                + " signed `retired` tells of that"),
        ChainVerifier.verify(file).sentences());
  }

  @Test
  void whatSomebodyAppendedIsSetAside() throws IOException {
    AuditFile.Opened opened = audit.open(FileFixture.LARGE);
    ChainHead head = FileFixture.append(opened.file(), opened.head(), 2);
    String forged = ChainText.after(head, List.of(Samples.allowed()));
    Files.writeString(file, forged, StandardOpenOption.APPEND);
    assertThrows(IOException.class, () -> FileFixture.append(opened.file(), head, 1));
    assertEquals(forged.length(), opened.file().reopen().orElseThrow().octets());
    assertEquals(forged, Files.readString(files.torn(1)));
    FileFixture.append(opened.file(), head, 1);
    opened.file().close();
    audit.verifies(3);
  }

  @Test
  void aFileThatSomebodyCutGoesOnBehindItsLastWholeLine() throws IOException {
    AuditFile.Opened opened = audit.open(FileFixture.LARGE);
    ChainHead head = FileFixture.append(opened.file(), opened.head(), 3);
    String text = Files.readString(file);
    int second = text.indexOf('\n') + 1;
    Files.writeString(file, text.substring(0, second + 20));
    assertThrows(IOException.class, () -> FileFixture.append(opened.file(), head, 1));
    assertEquals(20, opened.file().reopen().orElseThrow().octets());
    FileFixture.append(opened.file(), head, 1);
    opened.file().close();
    assertEquals(
        List.of(
            "sallyport.jsonl: intact up to 1, not signed;"
                + " sallyport.jsonl:2: events 2 to 3 missing before event 4"),
        ChainVerifier.verify(file).sentences());
  }

  @Test
  void aWriteThatFailsHalfwayLeavesNothing() throws IOException {
    FullDisk disk = new FullDisk();
    AuditFile.Opened opened = AuditFile.open(files, FileFixture.LARGE, disk);
    ChainHead head = FileFixture.append(opened.file(), opened.head(), 2);
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
    audit.verifies(4);
  }

  @Test
  void whatCannotBeCutBackAtOnceIsCutBackLater() throws IOException {
    FullDisk disk = new FullDisk();
    AuditFile.Opened opened = AuditFile.open(files, FileFixture.LARGE, disk);
    ChainHead head = FileFixture.append(opened.file(), opened.head(), 2);
    disk.room(100);
    disk.refuseToCut();
    assertThrows(IOException.class, () -> FileFixture.append(opened.file(), head, 1));
    assertThrows(IOException.class, () -> opened.file().reopen());
    disk.room(Integer.MAX_VALUE);
    assertEquals(Optional.empty(), opened.file().reopen());
    assertFalse(Files.exists(files.torn(1)));
    FileFixture.append(opened.file(), head, 1);
    opened.file().close();
    audit.verifies(3);
  }

  @Test
  void aFinishedFileIsNeverWrittenOver() throws IOException {
    AuditFile.Opened opened = audit.open(1);
    ChainHead head = FileFixture.append(opened.file(), opened.head(), 1);
    Files.writeString(files.finished(1), "in the way");
    IOException e =
        assertThrows(IOException.class, () -> FileFixture.append(opened.file(), head, 1));
    assertTrue(String.valueOf(e.getMessage()).contains("is in the way"), e.toString());
    assertEquals("in the way", Files.readString(files.finished(1)));
    Files.delete(files.finished(1));
    assertEquals(Optional.empty(), opened.file().reopen());
    FileFixture.append(opened.file(), head, 1);
    opened.file().close();
    audit.verifies(2);
  }
}
