package dev.sallyport.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sallyport.proxy.audit.EventSchemaAssert;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `run --isolate` in this process; `e2e/isolate.sh` tries what the command must not reach.
class RunIsolatedTest {
  @TempDir private Path home = Path.of("");

  private CommandRun run(String path, String... args) {
    Map<String, String> environment = new HashMap<>();
    environment.put("XDG_STATE_HOME", home.resolve("state").toString());
    environment.put("PATH", path);
    return CommandRun.of(home, environment, Style.PLAIN, args);
  }

  @Test
  void withoutTheToolNothingIsStarted() {
    CommandRun run = run("/none", "run", "--isolate", "--", "/bin/sh", "-c", "exit 0");
    run.endsWith(3);
    assertTrue(run.err().contains("`--isolate` needs "), run.err());
    assertFalse(Files.exists(home.resolve("state")), "a gate was started");
  }

  @Test
  void theCommandIsAsWithoutItButAlone() throws Exception {
    assumeTrue(isAllowed());
    Path out = home.resolve("out");
    CommandRun run =
        run(
            System.getenv("PATH"),
            "run",
            "--isolate",
            "--",
            "sh",
            "-c",
            "{ echo $https_proxy; wc -l </proc/net/dev; } >" + out + "; exit 7");
    run.endsWith(7);
    List<String> lines = Files.readAllLines(out);
    assertEquals("http://127.0.0.1:3128", lines.getFirst());
    assertEquals("3", lines.getLast().strip()); // two lines of heading, and the loopback
    assertTrue(run.err().contains("in a network of its own"), run.err());
    Path audit = Path.of(run.err().lines().toList().getLast().replaceFirst("^  audit +", ""));
    EventSchemaAssert.assertAllValid(audit);
  }

  private static boolean isAllowed() throws IOException, InterruptedException {
    return System.getProperty("os.name").equals("Linux")
        && new ProcessBuilder("unshare", "--user", "--map-current-user", "--net", "true")
                .redirectErrorStream(true)
                .start()
                .waitFor()
            == 0;
  }
}
