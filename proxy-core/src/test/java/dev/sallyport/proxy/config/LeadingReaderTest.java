package dev.sallyport.proxy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.load.LoadException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeadingReaderTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void readsHowConnectionsCome() throws Exception {
    Settings settings =
        new SettingsText(folder)
            .read(
                """
                listen:
                  - {name: a, port: 1, transparent: redirect}
                  - {name: b, port: 2, transparent: redirect, for-port: 443}
                  - {name: c, port: 3, transparent: tproxy}
                  - {name: d, port: 4}
                """);
    assertEquals(
        java.util.List.of(
            new Listen.Service.Transparent(new Listen.Leading.Redirected()),
            new Listen.Service.Transparent(new Listen.Leading.ForPort(443)),
            new Listen.Service.Transparent(new Listen.Leading.Unchanged()),
            Listen.Service.Proxy.HTTP),
        settings.listen().stream().map(Listen::service).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "'transparent: true', `true` is no way in which connections come",
    "'transparent: tproxy, for-port: 443', `for-port` says which port",
    "'for-port: 443', `for-port` says which port",
    "'transparent: redirect, for-port: 0', for-port",
  })
  void refusesTheRest(String written, String problem) {
    LoadException wrong =
        assertThrows(
            LoadException.class,
            () -> new SettingsText(folder).read("listen: [{port: 1, " + written + "}]\n"));
    assertTrue(
        wrong.problems().getFirst().toString().contains(problem),
        () -> wrong.problems().toString());
  }
}
