package dev.sallyport.proxy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.load.LoadException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DnsReaderTest {
  @TempDir private Path folder = Path.of("");

  private Optional<Settings.Dns> read(String settings) throws Exception {
    return new SettingsText(folder).read(settings).dns();
  }

  @Test
  void thereIsNoneUnlessItIsAskedFor() throws Exception {
    assertEquals(Optional.empty(), read("log: {level: info}\n"));
  }

  @Test
  void readsAddressesOfBothFamilies() throws Exception {
    InetAddress four = InetAddress.ofLiteral("198.18.0.1");
    assertEquals(
        Optional.of(new Settings.Dns(ListenReader.LOOPBACK, 53, List.of(four))),
        read("dns: {answer: 198.18.0.1}\n"));
    assertEquals(
        Optional.of(
            new Settings.Dns(
                InetAddress.ofLiteral("10.0.0.1"),
                5353,
                List.of(four, InetAddress.ofLiteral("fd00::1")))),
        read("dns: {address: 10.0.0.1, port: 5353, answer: [198.18.0.1, \"fd00::1\"]}\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dns: {port: 53}\n",
        "dns: {answer: []}\n",
        "dns: {answer: [198.18.0.1, 198.18.0.2]}\n",
        "dns: {answer: somewhere.example}\n",
        "dns: {answer: 198.18.0.1, port: 65536}\n",
        "dns: {answer: 198.18.0.1, address: 0.0.0.0}\n",
        "dns: {answer: 198.18.0.1, resolve: true}\n",
      })
  void refusesTheRest(String settings) {
    LoadException wrong = assertThrows(LoadException.class, () -> read(settings));
    assertTrue(wrong.problems().getFirst().toString().contains("sallyport.yaml:1:"));
  }
}
