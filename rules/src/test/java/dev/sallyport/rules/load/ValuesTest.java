package dev.sallyport.rules.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
  @ParameterizedTest
  @CsvSource({
    "250ms, PT0.25S, 250ms",
    "0s, PT0S, 0s",
    "10s, PT10S, 10s",
    "90s, PT1M30S, 90s",
    "30m, PT30M, 30m",
    "12h, PT12H, 12h",
    "48h, PT48H, 2d",
    "3d, PT72H, 3d",
    "400d, PT9600H, 400d",
    "999999999d, PT23999999976H, 999999999d",
  })
  void readsAndWritesDurations(String text, Duration value, String written) {
    assertEquals(Optional.of(value), Values.duration(text));
    assertEquals(written, Values.text(value));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10",
        "s",
        "10 s",
        " 10s",
        "10s ",
        "-1s",
        "+1s",
        "01s",
        "1.5h",
        "10S",
        "10sec",
        "1h30m",
        "1000000000s",
        "٣s",
        "10s\n"
      })
  void refusesOtherDurations(String text) {
    assertEquals(Optional.empty(), Values.duration(text));
  }

  @ParameterizedTest
  @CsvSource({
    "0B, 0, 0B",
    "512B, 512, 512B",
    "1024B, 1024, 1KiB",
    "64KiB, 65536, 64KiB",
    "256MiB, 268435456, 256MiB",
    "2GiB, 2147483648, 2GiB",
    "4096GiB, 4398046511104, 4096GiB",
  })
  void readsAndWritesSizes(String text, long octets, String written) {
    assertEquals(Optional.of(octets), Values.size(text));
    assertEquals(written, Values.sizeText(octets));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "64", "64KB", "64kib", "64K", "64 KiB", "-1B", "064B", "1.5MiB", "1TiB"})
  void refusesOtherSizes(String text) {
    assertEquals(Optional.empty(), Values.size(text));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "7, 7", "-7, -7", "65535, 65535", "999999999, 999999999"})
  void readsIntegers(String text, int value) {
    assertEquals(Optional.of(value), Values.integer(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "+1",
        "01",
        "-01",
        "1_000",
        "0x10",
        "1e3",
        "1.0",
        "1000000000",
        "٣",
        "1 "
      })
  void refusesOtherIntegers(String text) {
    assertEquals(Optional.empty(), Values.integer(text));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-12-01T00:00:00Z, 2026-12-01T00:00:00Z",
    "2026-12-01T10:20:30.5Z, 2026-12-01T10:20:30.500Z",
  })
  void readsTimes(String text, Instant value) {
    assertEquals(Optional.of(value), Values.timestamp(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2026-12-01",
        "2026-12-01T00:00:00",
        "2026-12-01T00:00:00+01:00",
        "2026-13-01T00:00:00Z",
        "2026-12-01 00:00:00Z",
        "Z"
      })
  void refusesOtherTimes(String text) {
    assertEquals(Optional.empty(), Values.timestamp(text));
  }
}
