package dev.sallyport.proxy.isolate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.kernel.Syscall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamespacesTest {
  @TempDir private Path folder = Path.of("");

  private Path unshare(String script) throws IOException {
    Path file = Files.writeString(folder.resolve("unshare"), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }

  @Test
  void startsWhatItIsToldTo() throws Exception {
    Path file = unshare("exit 0");
    List<String> words = Namespaces.in(":/none:" + folder, folder).starting(List.of("java", "-x"));
    assertEquals(file.toString(), words.getFirst());
    assertEquals(List.of("--", "java", "-x"), words.subList(words.size() - 3, words.size()));
    assertTrue(words.containsAll(List.of("--user", "--net", "--mount")), words::toString);
  }

  @Test
  void withoutTheToolItSaysWhichOne() {
    CannotIsolateException none =
        assertThrows(CannotIsolateException.class, () -> Namespaces.in("/none:" + folder, folder));
    assertTrue(none.sentence().contains("util-linux"), none.sentence());
  }

  @ParameterizedTest
  @CsvSource({
    "sys/user/max_user_namespaces, 0, `user.max_user_namespaces` is 0",
    "sys/kernel/unprivileged_userns_clone, 0, `kernel.unprivileged_userns_clone` is 0",
    "sys/kernel/apparmor_restrict_unprivileged_userns, 1, `kernel.apparmor_restrict",
    "sys/kernel/apparmor_restrict_unprivileged_userns, 0, seccomp",
    "sys/user/max_user_namespaces, 1000, seccomp",
  })
  void saysWhatStandsAgainstIt(String setting, String value, String sentence) throws Exception {
    unshare("exit 1");
    Path file = folder.resolve(setting);
    Files.createDirectories(file.getParent());
    Files.writeString(file, value + "\n");
    String said = Namespaces.in(folder.toString(), folder).sentence("unshare: failed\nmore");
    assertTrue(said.contains(sentence), said);
    assertTrue(said.contains("`unshare: failed`"), said);
  }

  @Test
  void isTriedBeforeAnythingElse() throws Exception {
    unshare("echo 'unshare: no'; exit 1");
    CannotIsolateException refused =
        assertThrows(
            CannotIsolateException.class,
            () -> Namespaces.ofSystem(Map.of("PATH", folder + ":/usr/bin:/bin")));
    assertTrue(
        !Syscall.isKnownHere() || refused.sentence().contains("`unshare: no`"), refused.sentence());
    unshare("exit 0");
    if (Syscall.isKnownHere()) {
      Namespaces.ofSystem(Map.of("PATH", folder + ":/usr/bin:/bin"));
    }
  }
}
