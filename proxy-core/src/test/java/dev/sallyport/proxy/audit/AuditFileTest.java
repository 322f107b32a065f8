package dev.sallyport.proxy.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditFileTest {
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
  void itIsCreatedForItsOwnerAlone() throws IOException {
    audit.writeEvents(1);
    assertEquals(
        "rwx------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())));
    for (Path path : List.of(file, files.lock())) {
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
    }
  }

  @Test
  void itGoesOnWhereItEnded() throws IOException {
    audit.writeEvents(3);
    AuditFile.Opened again = audit.open(FileFixture.LARGE);
    assertEquals(3, again.head().seq());
    assertEquals(Optional.empty(), again.setAside());
    assertTrue(again.sealHolds());
    FileFixture.append(again.file(), again.head(), 2);
    again.file().close();
    audit.verifies(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello\n", "{\"time\":1}\n", "\0\0\0\0\0\0\0\0\0\0", "x"})
  void aFileOfSomebodyElseIsNotTouched(String content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    AuditOpenException e =
        assertThrows(AuditOpenException.class, () -> audit.open(FileFixture.LARGE));
    assertTrue(
        FileFixture.text(e).contains("holds something else than audit events"),
        FileFixture.text(e));
    assertEquals(content, Files.readString(file));
  }

  @Test
  void foldersAndLinksAreNoAuditFiles() throws IOException {
    Files.createDirectories(file);
    assertTrue(
        FileFixture.text(
                assertThrows(AuditOpenException.class, () -> audit.open(FileFixture.LARGE)))
            .contains("is not a regular file"));
    Files.delete(file);
    Files.createSymbolicLink(file, temp.resolve("elsewhere"));
    assertTrue(
        FileFixture.text(
                assertThrows(AuditOpenException.class, () -> audit.open(FileFixture.LARGE)))
            .contains("is not a regular file"));
    assertFalse(Files.exists(temp.resolve("elsewhere")));
  }

  @Test
  void aFolderThatCannotBeIsOneSentence() throws IOException {
    Files.writeString(temp.resolve("audit"), "a file");
    AuditOpenException e =
        assertThrows(AuditOpenException.class, () -> audit.open(FileFixture.LARGE));
    assertTrue(
        FileFixture.text(e).startsWith("audit file `" + file + "` cannot be written: "),
        FileFixture.text(e));
    assertFalse(FileFixture.text(e).contains("Exception"), FileFixture.text(e));
  }

  @Test
  void twoGatesCannotWriteOneFile() throws IOException {
    AuditFile.Opened first = audit.open(FileFixture.LARGE);
    AuditOpenException e =
        assertThrows(AuditOpenException.class, () -> audit.open(FileFixture.LARGE));
    assertTrue(FileFixture.text(e).contains("is in use by another gate"), FileFixture.text(e));
    FileFixture.append(first.file(), first.head(), 1);
    first.file().close();
    audit.writeEvents(1);
    audit.verifies(2);
  }

  @Test
  void aFullFileIsPutAside() throws IOException {
    AuditFile.Opened opened = audit.open(FileFixture.LARGE);
    ChainHead head = FileFixture.append(opened.file(), opened.head(), 2);
    long two = Files.size(file);
    opened.file().close();
    // Two lines fit exactly; a third one does not.
    opened = audit.open(two);
    FileFixture.append(opened.file(), head, 3);
    opened.file().close();
    Path first = files.finished(1);
    Path second = files.finished(3);
    assertEquals(List.of(first, second), files.finished());
    assertEquals(2, ChainText.read(first).size());
    assertEquals(2, ChainText.read(second).size());
    assertEquals(1, ChainText.read(file).size());
    audit.verifies(5);
    Files.delete(file);
    assertEquals(4, audit.open(two).head().seq());
  }

  @Test
  void aLineLongerThanAFileMayBeGetsAFileOfItsOwn() throws IOException {
    AuditFile.Opened opened = audit.open(1);
    FileFixture.append(opened.file(), opened.head(), 3);
    opened.file().close();
    assertEquals(2, files.finished().size());
    audit.verifies(3);
  }
}
