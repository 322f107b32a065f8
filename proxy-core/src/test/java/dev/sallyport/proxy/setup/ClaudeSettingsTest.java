package dev.sallyport.proxy.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClaudeSettingsTest {
  private static final String THEIRS =
      """
      {
        "model": "opus",
        "env": {
          "HTTPS_PROXY": "http://old.example:1",
          "MINE": "kept"
        },
        "limits": [1, 2.50, 1e3, 12345678901234567890],
        "hooks": {"a": null}
      }
      """;

  @TempDir private Path folder = Path.of("");

  private Path file() {
    return folder.resolve("settings.json");
  }

  private ClaudeSettings.Change set(Map<String, String> variables) throws Exception {
    ClaudeSettings.Change change = ClaudeSettings.read(file()).set(variables);
    change.after().write(ClaudeSettings.Readers.OWNER);
    return change;
  }

  private List<String> remove() throws Exception {
    ClaudeSettings.Change change = ClaudeSettings.read(file()).remove();
    change.after().write(ClaudeSettings.Readers.OWNER);
    return change.lines();
  }

  @Test
  void setsVariablesAndPutsBackWhatWasThere() throws Exception {
    Files.writeString(file(), THEIRS);
    List<String> lines =
        set(Map.of("HTTPS_PROXY", "http://u:secret@gate:1", "NO_PROXY", "localhost")).lines();
    assertEquals(
        List.of(
            "~ env.HTTPS_PROXY = http://u:***@gate:1, was http://old.example:1",
            "+ env.NO_PROXY = localhost"),
        lines);
    String now = Files.readString(file());
    assertTrue(now.contains("\"HTTPS_PROXY\": \"http://u:secret@gate:1\""), now);
    assertTrue(now.contains("\"MINE\": \"kept\""), now);
    assertTrue(now.indexOf("\"model\"") < now.indexOf("\"env\""), now);
    assertTrue(now.contains("2.50") && now.contains("12345678901234567890"), now);
    assertEquals(List.of(), set(Map.of("NO_PROXY", "localhost")).lines());
    // A second gate: what is put back is what stood there before the first.
    set(Map.of("HTTPS_PROXY", "http://other:2"));
    assertEquals(
        List.of(
            "~ env.HTTPS_PROXY = http://old.example:1, was http://other:2",
            "- env.NO_PROXY = localhost"),
        remove());
    String back = Files.readString(file());
    assertTrue(back.contains("\"HTTPS_PROXY\": \"http://old.example:1\""), back);
    assertFalse(back.contains("NO_PROXY"), back);
    assertFalse(Files.exists(folder.resolve("settings.json.sallyport")));
    assertEquals(List.of(), remove());
  }

  @Test
  void aFileThatIsNotThereIsMadeForItsOwner() throws Exception {
    set(Map.of("A", "1"));
    assertEquals("{\n  \"env\": {\n    \"A\": \"1\"\n  }\n}\n", Files.readString(file()));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
    remove();
    assertEquals("{ }\n", Files.readString(file()));
  }

  @Test
  void aFileKeepsItsModeAndItsPlace() throws Exception {
    Path real = Files.writeString(folder.resolve("real.json"), "{}");
    Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rw-r--r--"));
    Files.createSymbolicLink(file(), real);
    set(Map.of("A", "1"));
    assertTrue(Files.isSymbolicLink(file()));
    assertTrue(Files.readString(real).contains("\"A\""));
    assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(real)));
    ClaudeSettings managed = ClaudeSettings.read(folder.resolve("m/managed.json"));
    managed.set(Map.of("A", "1")).after().write(ClaudeSettings.Readers.EVERYBODY);
    assertEquals(
        "rw-r--r--",
        PosixFilePermissions.toString(
            Files.getPosixFilePermissions(folder.resolve("m/managed.json"))));
  }

  @Test
  void whatSomebodyChangedSinceStays() throws Exception {
    set(Map.of("A", "1", "B", "2"));
    Files.writeString(file(), Files.readString(file()).replace("\"1\"", "\"mine\""));
    assertEquals(List.of("  env.A was changed since, and stays", "- env.B = 2"), remove());
    assertTrue(Files.readString(file()).contains("\"A\": \"mine\""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a": 1,}               | settings.json:1:9`: this is not JSON
          {"a": 1, "a": 2}        | settings.json:1:13`: this is not JSON
          {"a": 1} x              | settings.json:1:11`: this is not JSON
          [1]                     | holds no JSON object
          {"env": 1}              | has an `env` that is no object
          {"env": null}           | has an `env` that is no object
          """)
  void whatIsBrokenIsNotTouched(String text, String words) throws Exception {
    Files.writeString(file(), text);
    SettingsFileException wrong =
        assertThrows(SettingsFileException.class, () -> ClaudeSettings.read(file()));
    String place = words.contains(":") ? words.substring(0, words.indexOf(':')) : words;
    assertTrue(wrong.sentence().contains(place), wrong.sentence());
    assertTrue(wrong.sentence().contains("nothing was changed"), wrong.sentence());
    assertEquals(text, Files.readString(file()));
  }

  @Test
  void anEmptyFileIsNone() throws Exception {
    Files.writeString(file(), "");
    assertEquals(1, set(Map.of("A", "1")).lines().size());
  }

  @Test
  void aFileBeyondTheLimitIsNotRead() throws Exception {
    String pad = " ".repeat(ClaudeSettings.MAX_OCTETS - 2);
    Files.writeString(file(), "{}" + pad);
    ClaudeSettings.read(file());
    Files.writeString(file(), "{}" + pad + " ");
    assertThrows(SettingsFileException.class, () -> ClaudeSettings.read(file()));
  }
}
