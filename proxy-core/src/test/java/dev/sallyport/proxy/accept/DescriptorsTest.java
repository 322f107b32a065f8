package dev.sallyport.proxy.accept;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescriptorsTest {
  private static final int OPEN = 10;

  @TempDir private Path proc = Path.of("");

  private Descriptors descriptors(String soft) throws IOException {
    Files.writeString(
        proc.resolve("limits"),
        """
        Limit                     Soft Limit           Hard Limit           Units
        Max processes             96000                96000                processes
        Max open files            %s                20000                files
        """
            .formatted(soft));
    Path fds = Files.createDirectory(proc.resolve("fd"));
    for (int i = 0; i < OPEN; i++) {
      Files.createFile(fds.resolve(String.valueOf(i)));
    }
    return new Descriptors(proc);
  }

  @ParameterizedTest
  @CsvSource({
    // Two for each connection, beside those that are open and the reserve.
    "1074, 500, 500",
    "1073, 500, 499",
    "20000, 20000, 9963",
    "64, 500, 1",
    "unlimited, 500, 500",
    "9223372036854775807, 500, 500",
  })
  void boundTheConnections(String soft, int wished, int expected) throws IOException {
    assertEquals(expected, descriptors(soft).connections(wished));
  }

  @Test
  void whereNothingIsKnownNothingIsBounded() {
    assertEquals(500, new Descriptors(proc.resolve("nowhere")).connections(500));
  }
}
