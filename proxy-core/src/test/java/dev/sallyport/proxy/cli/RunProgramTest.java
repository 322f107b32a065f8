package dev.sallyport.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.audit.ChainVerifier;
import dev.sallyport.proxy.audit.Verification;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `run` as a process: what only shows there are signals, and the working directory.
class RunProgramTest {
  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @CsvSource({"TERM, 7", "HUP, 7", "INT, 3"})
  void whatTheSystemTellsUsTheChildIsTold(String signal, int exitCode) throws Exception {
    // SIGINT is the child's own affair, so that this child sees only what else comes: the file that
    // ends it.
    String script =
        "trap 'exit 7' TERM; : > ready; while [ ! -e go ]; do /bin/sleep 0.02; done; exit 3";
    try (Program program = start("run", "sh", "-c", script)) {
      program.untilThereIs(folder.resolve("ready"));
      send(signal, program);
      if (signal.equals("INT")) {
        Files.createFile(folder.resolve("go"));
      }
      assertEquals(exitCode, program.exitCode(), program::said);
      assertTrue(program.said().contains("sallyport: 0 requests allowed"), program.said());
    }
  }

  @Test
  void twoAtOnceInOneFolderThatHoldsAPolicyOfSomebodyElse() throws Exception {
    Files.writeString(folder.resolve("policy.yaml"), "sallyport: 1\nname: planted\n");
    Files.writeString(folder.resolve("sallyport.yaml"), "policy: policy.yaml\n");
    // Each waits for the other, so that both gates are open at the same time.
    String script = ": > $0; while [ ! -e $1 ]; do /bin/sleep 0.02; done; echo $HTTPS_PROXY";
    try (Program one = start("run", "sh", "-c", script, "a", "b");
        Program two = start("run", "sh", "-c", script, "b", "a")) {
      assertEquals(0, one.exitCode(), one::said);
      assertEquals(0, two.exitCode(), two::said);
      for (Program program : new Program[] {one, two}) {
        assertTrue(program.said().startsWith("sallyport: policy starter @ "), program.said());
        String out = Files.readString(program.out());
        assertTrue(out.matches("http://127\\.0\\.0\\.1:\\d+\n"), out);
      }
      assertTrue(!Files.readString(one.out()).equals(Files.readString(two.out())));
    }
    Verification chains = ChainVerifier.verify(folder.resolve("state/sallyport/runs"));
    assertTrue(chains.holds(), () -> chains.sentences().toString());
    assertEquals(2, chains.chains().size());
  }

  private Program start(String... args) throws Exception {
    return Program.start(
        folder,
        Map.of(
            "HOME",
            folder.toString(),
            "XDG_STATE_HOME",
            folder.resolve("state").toString(),
            "XDG_CONFIG_HOME",
            folder.resolve("config").toString()),
        args);
  }

  private static void send(String signal, Program program) throws Exception {
    String pid = Long.toString(program.process().pid());
    assertEquals(0, new ProcessBuilder("kill", "-" + signal, pid).start().waitFor());
  }
}
