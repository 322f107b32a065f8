package dev.sallyport.proxy.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Another process writes; it holds the file alone, and is killed in the middle of its work.
class KilledGateTest {
  private static final long ROTATE = 256 * 1024;
  private static final long ENOUGH_OCTETS = 100_000;
  private static final int KILLS = 3;

  @TempDir Path folder;

  /// The other process: writes events until it is killed.
  static final class Writer {
    private Writer() {}

    public static void main(String[] args) throws IOException {
      FileAuditLog log =
          FileAuditLog.open(
              FileAuditLogFileTest.settings(Path.of(args[0]), ROTATE), Clock.systemUTC());
      while (true) {
        var written = log.write(Samples.closed(), ImmediateEventExecutor.INSTANCE);
        if (!written.isDone() && log.head().seq() % 50 == 0) {
          written.awaitUninterruptibly();
        }
      }
    }
  }

  private static Process start(Path file) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(
            java,
            "-Xmx128m",
            "-cp",
            System.getProperty("java.class.path"),
            Writer.class.getName(),
            file.toString())
        .redirectErrorStream(true)
        .redirectOutput(folderOf(file).resolve("output.txt").toFile())
        .start();
  }

  private static Path folderOf(Path file) {
    return file.resolveSibling("");
  }

  private long octets() throws IOException {
    long octets = 0;
    for (Path path : ChainFiles.of(folder.resolve("sallyport.jsonl")).finished()) {
      octets += Files.size(path);
    }
    Path active = folder.resolve("sallyport.jsonl");
    return Files.exists(active) ? octets + Files.size(active) : octets;
  }

  @Test
  void theChainOfAKilledGateGoesOn() throws Exception {
    Path file = folder.resolve("sallyport.jsonl");
    for (int kill = 0; kill < KILLS; kill++) {
      long before = octets();
      Process gate = start(file);
      try {
        Eventually.holds(() -> octets() > before + ENOUGH_OCTETS || !gate.isAlive());
        assertTrue(gate.isAlive(), () -> "it ended by itself");
        AuditOpenException e =
            assertThrows(
                AuditOpenException.class,
                () ->
                    FileAuditLog.open(
                        FileAuditLogFileTest.settings(file, ROTATE), Clock.systemUTC()));
        assertTrue(
            String.valueOf(e.getMessage()).contains("(process " + gate.pid() + ")"),
            e.getMessage());
      } finally {
        gate.destroyForcibly();
        assertTrue(gate.waitFor(30, TimeUnit.SECONDS));
      }
      FileAuditLog.open(FileAuditLogFileTest.settings(file, ROTATE), Clock.systemUTC()).close();
      Verification verification = ChainVerifier.verify(file);
      assertEquals(0, verification.exitCode(), verification.sentences()::toString);
    }
  }
}
