package dev.sallyport.proxy.run;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChildCommandTest {
  @TempDir private Path folder = Path.of("");

  @BeforeEach
  void makeFiles() throws Exception {
    Files.createDirectories(folder.resolve("bin/sub"));
    Files.writeString(folder.resolve("bin/data"), "no program");
    Path tool = Files.writeString(folder.resolve("bin/tool"), "#!/bin/sh\nexit 0\n");
    assertTrue(tool.toFile().setExecutable(true));
    Path broken = Files.writeString(folder.resolve("bin/broken"), "#!/no/such/interpreter\n");
    assertTrue(broken.toFile().setExecutable(true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tool", "bin/tool", "./bin/tool"})
  void isFound(String name) {
    assertDoesNotThrow(() -> find(name));
  }

  @ParameterizedTest
  @CsvSource({
    "nosuch, 127",
    "'', 127",
    "bin/nosuch, 127",
    "./tool, 127",
    "data, 126",
    "bin/data, 126",
    "sub, 126",
    "bin/sub, 126"
  })
  void isNot(String name, int exitCode) {
    CannotRunException failed = assertThrows(CannotRunException.class, () -> find(name));
    assertEquals(exitCode, failed.exitCode(), failed.sentence());
    assertTrue(failed.sentence().startsWith("`"), failed.sentence());
  }

  @Test
  void aProgramThatTheSystemRefusesIsNotExecutable() throws Exception {
    ChildCommand command = find("bin/broken");
    CannotRunException failed =
        assertThrows(CannotRunException.class, () -> command.start(Map.of()));
    assertEquals(CannotRunException.NOT_EXECUTABLE, failed.exitCode());
  }

  private ChildCommand find(String name) throws CannotRunException {
    String path = "/no/such/folder:" + folder.resolve("bin");
    return ChildCommand.find(List.of(name), Map.of("PATH", path), folder);
  }
}
