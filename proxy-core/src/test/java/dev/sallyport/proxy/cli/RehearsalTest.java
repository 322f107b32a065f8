package dev.sallyport.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsalTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void everyCommandDoesWhatItShould() throws Exception {
    assertEquals(List.of(), Rehearsal.run(folder));
  }
}
