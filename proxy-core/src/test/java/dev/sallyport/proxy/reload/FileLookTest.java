package dev.sallyport.proxy.reload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLookTest {
  private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));

  @TempDir private Path folder = Path.of("");
  private Path file = Path.of("");

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(folder.resolve("policy.yaml"), "first");
    Files.setLastModifiedTime(file, LONG_AGO);
  }

  @Test
  void anOldFileIsReadOnceOnly() {
    FileLook look = FileLook.at(file);
    assertSame(look, look.again(file));
  }

  @Test
  void aFileThatChangedAMomentAgoIsReadAgain() throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
    FileLook look = FileLook.at(file);
    assertNotSame(look, look.again(file));
    assertTrue(look.sameContent(look.again(file)));
  }

  @Test
  void aTouchedFileIsReadAgainAndIsTheSame() throws IOException {
    FileLook look = FileLook.at(file);
    Files.setLastModifiedTime(file, FileTime.from(LONG_AGO.toInstant().plusSeconds(1)));
    assertNotSame(look, look.again(file));
    assertTrue(look.sameContent(look.again(file)));
  }

  @Test
  void otherContentIsSeenEvenWithTheSameTimeAndLength() throws IOException {
    FileLook look = FileLook.at(file);
    Files.writeString(file, "other");
    Files.setLastModifiedTime(file, LONG_AGO);
    assertFalse(look.sameContent(FileLook.at(file)));
  }

  @Test
  void absentDiffersFromEmpty() throws IOException {
    Files.writeString(file, "");
    FileLook empty = FileLook.at(file);
    Files.delete(file);
    FileLook absent = empty.again(file);
    assertFalse(absent.sameContent(empty));
    assertTrue(absent.sameContent(absent.again(file)));
  }

  @Test
  void aFileBeyondTheLimitIsJudgedByItsStamp() throws IOException {
    try (RandomAccessFile long64 = new RandomAccessFile(file.toFile(), "rw")) {
      long64.setLength(FileLook.MAX_READ);
    }
    FileLook atLimit = FileLook.at(file);
    Files.setLastModifiedTime(file, LONG_AGO);
    assertTrue(atLimit.sameContent(FileLook.at(file)));
    try (RandomAccessFile longer = new RandomAccessFile(file.toFile(), "rw")) {
      longer.setLength(FileLook.MAX_READ + 1);
    }
    FileLook beyond = FileLook.at(file);
    Files.setLastModifiedTime(file, LONG_AGO);
    assertFalse(beyond.sameContent(FileLook.at(file)));
  }

  @Test
  void filesOfAFolderAreLookedAtUpToALimit() throws IOException {
    Path many = Files.createDirectory(folder.resolve("many"));
    for (int i = 0; i <= FileLook.MAX_FILES; i++) {
      Files.writeString(many.resolve("%05d.yaml".formatted(i)), "x");
    }
    assertEquals(FileLook.MAX_FILES, FileLook.at(many).stamps().size());
  }

  @Test
  void hiddenFilesAndFoldersInsideAreNotPartOfAFolder() throws IOException {
    FileLook look = FileLook.at(folder);
    Files.writeString(folder.resolve(".policy.yaml.swp"), "editor");
    Files.createDirectory(folder.resolve("inside"));
    assertTrue(look.sameContent(FileLook.at(folder)));
    Files.move(file, folder.resolve("renamed.yaml"));
    assertFalse(look.sameContent(FileLook.at(folder)));
  }

  @Test
  void aPipeIsNotOpened() throws Exception {
    Path pipe = folder.resolve("pipe");
    Process made = new ProcessBuilder("mkfifo", pipe.toString()).start();
    assertEquals(0, made.waitFor());
    assertTrue(FileLook.at(pipe).stamps().isEmpty());
  }
}
