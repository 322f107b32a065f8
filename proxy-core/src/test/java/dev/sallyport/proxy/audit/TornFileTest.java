package dev.sallyport.proxy.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.audit.EventSink.SetAside;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a crash, or somebody else, left at the end of a file.
class TornFileTest {
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
  void aLineTornAnywhereIsSetAside() throws IOException {
    AuditEvent stop = Samples.administrative(AuditEvent.Kind.STOP);
    Files.createDirectories(file.getParent());
    Files.writeString(file, ChainText.of(List.of(Samples.allowed(), Samples.allowed(), stop)));
    byte[] whole = Files.readAllBytes(file);
    String text = new String(whole, StandardCharsets.UTF_8);
    int last = text.lastIndexOf('\n', text.length() - 2) + 1;
    for (int cut = last; cut < whole.length; cut++) {
      Files.write(file, Arrays.copyOf(whole, cut));
      Files.deleteIfExists(files.torn(1));
      AuditFile.Opened opened = audit.open(FileFixture.LARGE);
      assertEquals(2, opened.head().seq());
      if (cut == last) {
        assertEquals(Optional.empty(), opened.setAside());
      } else {
        SetAside expected = new SetAside(cut - last, "sallyport.jsonl.torn-1");
        assertEquals(Optional.of(expected), opened.setAside());
        assertEquals(text.substring(last, cut), Files.readString(files.torn(1)));
      }
      FileFixture.append(opened.file(), opened.head(), 1);
      opened.file().close();
      audit.verifies(3);
    }
  }

  @Test
  void whatNoGateWroteAtTheEndIsSetAsideToo() throws IOException {
    audit.writeEvents(2);
    String noise = "\0".repeat(70_000) + "\nnoise\n{\"a\":1}\n\n";
    Files.writeString(file, noise, StandardOpenOption.APPEND);
    Files.writeString(files.torn(1), "an earlier one");
    AuditFile.Opened opened = audit.open(FileFixture.LARGE);
    assertEquals(
        Optional.of(new SetAside(noise.length(), "sallyport.jsonl.torn-2")), opened.setAside());
    assertEquals(noise, Files.readString(files.torn(2)));
    FileFixture.append(opened.file(), opened.head(), 1);
    opened.file().close();
    audit.verifies(3);
  }

  @Test
  void aTornFirstLineLeavesAnEmptyChain() throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "{\"time\":\"2026");
    AuditFile.Opened opened = audit.open(FileFixture.LARGE);
    assertEquals(ChainHead.NONE, opened.head());
    assertTrue(opened.setAside().isPresent());
    FileFixture.append(opened.file(), opened.head(), 1);
    opened.file().close();
    audit.verifies(1);
  }

  @Test
  void aLastLineThatWasChangedIsToldAndLeft() throws IOException {
    audit.writeEvents(3);
    String text = Files.readString(file);
    int at = text.lastIndexOf("\"allow\"");
    Files.writeString(file, text.substring(0, at) + "\"ALLOW\"" + text.substring(at + 7));
    AuditFile.Opened opened = audit.open(FileFixture.LARGE);
    assertFalse(opened.sealHolds());
    assertEquals(3, opened.head().seq());
    FileFixture.append(opened.file(), opened.head(), 1);
    opened.file().close();
    assertEquals(2, ChainVerifier.verify(file).chains().getFirst().intactUpTo());
  }

  @Test
  void onlyTheEndOfALongFileIsSearched() throws IOException {
    audit.writeEvents(1);
    int filler = FileTail.SEARCH_OCTETS - (int) Files.size(file);
    Files.writeString(file, "x".repeat(filler - 1) + "\n", StandardOpenOption.APPEND);
    assertEquals(1, FileTail.of(file).flatMap(FileTail::last).map(RecordedEvent::seq).orElse(0L));
    Files.writeString(file, "\n", StandardOpenOption.APPEND);
    AuditOpenException e =
        assertThrows(AuditOpenException.class, () -> audit.open(FileFixture.LARGE));
    assertTrue(
        FileFixture.text(e).contains("holds something else than audit events"),
        FileFixture.text(e));
  }
}
