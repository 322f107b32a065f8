package dev.sallyport.proxy.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UlidTest {
  /// The first row is the example of the specification.
  @ParameterizedTest
  @CsvSource({
    "1469918176385, 01ARYZ6S41",
    "0, 0000000000",
    "1, 0000000001",
    "31, 000000000Z",
    "32, 0000000010",
    "281474976710655, 7ZZZZZZZZZ",
  })
  void beginsWithItsTime(long millis, String time) {
    assertEquals(time, Ulid.at(millis).substring(0, 10));
  }

  @Test
  void hasTheFormAndIsNotSeenTwice() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      String ulid = Ulid.at(1);
      assertTrue(ulid.matches("[0-9A-HJKMNP-TV-Z]{26}"), ulid);
      assertTrue(seen.add(ulid), ulid);
    }
  }

  @Test
  void sortsByTime() {
    assertTrue(Ulid.at(1_000_000).compareTo(Ulid.at(999_999)) > 0);
  }
}
