package dev.sallyport.proxy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UserFoldersTest {
  private static final Path HOME = Path.of("/home/ada");

  @Test
  void theFoldersAreBelowHome() {
    assertEquals(
        new UserFolders(
            Path.of("/home/ada/.config/sallyport"), Path.of("/home/ada/.local/state/sallyport")),
        UserFolders.of(Map.of(), HOME));
  }

  @Test
  void theEnvironmentMovesThem() {
    assertEquals(
        new UserFolders(Path.of("/c/sallyport"), Path.of("/s/sallyport")),
        UserFolders.of(Map.of("XDG_CONFIG_HOME", "/c", "XDG_STATE_HOME", "/s"), HOME));
  }

  @Test
  void homeIsWhereHomeSays() {
    assertEquals(Path.of("/tmp/ada"), UserFolders.home(Map.of("HOME", "/tmp/ada/."), HOME));
    assertEquals(HOME, UserFolders.home(Map.of(), HOME));
    assertEquals(HOME, UserFolders.home(Map.of("HOME", ""), HOME));
    assertEquals(HOME, UserFolders.home(Map.of("HOME", "ada"), HOME));
  }

  @Test
  void relativePathsNeverLeadIntoTheWorkingDirectory() {
    assertEquals(
        new UserFolders(Path.of("/.config/sallyport"), Path.of("/.local/state/sallyport")),
        UserFolders.of(Map.of("XDG_CONFIG_HOME", "c", "XDG_STATE_HOME", ""), Path.of("?")));
  }
}
