package dev.sallyport.proxy.isolate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A whole namespace, where this machine allows one; `e2e/isolate.sh` does the rest.
class IsolationTest {
  private static final Map<String, String> ENVIRONMENT = Map.of("PATH", "/usr/bin:/bin:/usr/sbin");

  @TempDir private Path folder = Path.of("");

  @BeforeEach
  void whereNamespacesAreAllowed() {
    boolean allowed = true;
    try {
      Namespaces.ofSystem(ENVIRONMENT);
    } catch (CannotIsolateException refused) {
      allowed = false;
    }
    assumeTrue(allowed);
  }

  @Test
  void theCommandIsAloneAndWithoutRights() throws Exception {
    Path said = folder.resolve("said");
    Process[] process = new Process[1];
    try (Isolation isolation =
        Isolation.begin(ENVIRONMENT, folder, builder -> process[0] = builder.start())) {
      Isolation.Handed handed = isolation.handed();
      assertEquals(Set.copyOf(Inside.TRANSPARENT_PORTS), handed.transparent().keySet());
      isolation.enter(
          Path.of("/bin/sh"),
          List.of(
              "sh",
              "-c",
              "exec >said; echo $WORD; pwd; cat /proc/net/dev | wc -l;"
                  + " grep -c '0000000000000000' /proc/self/status;"
                  + " head -1 /etc/resolv.conf; exit 7"),
          Map.of("WORD", "a word", "PATH", "/usr/bin:/bin"),
          Isolation.socketsToHide(ENVIRONMENT));
      assertTrue(process[0].waitFor(30, TimeUnit.SECONDS));
      assertEquals(7, process[0].exitValue());
      List<String> lines = Files.readAllLines(said);
      assertEquals("a word", lines.getFirst());
      assertEquals(folder.toRealPath().toString(), lines.get(1));
      assertEquals("3", lines.get(2).strip()); // two lines of heading, and the loopback
      assertTrue(Integer.parseInt(lines.get(3).strip()) >= 5, lines::toString);
      assertEquals("nameserver 127.0.0.1", lines.getLast());
      Sockets.close(handed.proxy());
      handed.transparent().values().forEach(Sockets::close);
      Sockets.close(handed.datagrams());
      Sockets.close(handed.streams());
    }
  }

  @Test
  void aProcessThatEndsBeforeIsNoticed() throws Exception {
    try (Isolation isolation =
        Isolation.begin(
            ENVIRONMENT,
            folder,
            builder -> new ProcessBuilder("/bin/sh", "-c", "exit 3").start())) {
      CannotIsolateException ended = assertThrows(CannotIsolateException.class, isolation::handed);
      assertTrue(ended.sentence().contains("could not be set up"), ended.sentence());
    }
  }
}
