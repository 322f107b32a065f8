package dev.sallyport.proxy.doctor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// How a program ended that was started to see how it behaves.
///
/// @param exit its exit code; -1 when it was not over in time, or could not be started
/// @param text the beginning of its output and errors together
record CommandOutput(int exit, String text) {
  /// Octets of output that are kept.
  static final int MAX_OCTETS = 64 * 1024;

  static final int NOT_OVER = -1;

  private static final int CHUNK = 4096;

  /// Runs a program without input, in a folder. Blocks for the patience and a moment at most.
  ///
  /// @param environment all that it gets
  static CommandOutput of(
      List<String> command, Path folder, Map<String, String> environment, Duration patience)
      throws InterruptedException {
    Process process;
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
      builder.environment().clear();
      builder.environment().putAll(environment);
      process = builder.start();
      process.getOutputStream().close();
    } catch (IOException cannot) {
      return new CommandOutput(NOT_OVER, "cannot be started");
    }
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    Thread reader = Thread.ofPlatform().daemon().start(() -> read(process, text));
    boolean over = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    if (!over) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    reader.join(Duration.ofMillis(500));
    return new CommandOutput(
        over ? process.exitValue() : NOT_OVER, text.toString(StandardCharsets.UTF_8));
  }

  private static void read(Process process, ByteArrayOutputStream text) {
    byte[] chunk = new byte[CHUNK];
    try (InputStream in = process.getInputStream()) {
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        if (text.size() < MAX_OCTETS) {
          text.write(chunk, 0, read);
        }
      }
    } catch (IOException ended) {
      // What came so far counts.
    }
  }
}
