package dev.sallyport.rules.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpellingTest {
  @ParameterizedTest
  @CsvSource({
    "'', '', 0",
    "host, host, 0",
    "hots, host, 1",
    "hosts, host, 1",
    "ost, host, 1",
    "hxst, host, 1",
    "'', abc, 3",
    "kitten, sitting, 3",
    "port, any, 4",
  })
  void countsChanges(String a, String b, int changes) {
    assertEquals(changes, Spelling.distance(a, b));
    assertEquals(changes, Spelling.distance(b, a));
  }

  @ParameterizedTest
  @CsvSource({
    "alow, allow",
    "port, ports",
    "subdomain-of, subdomains-of",
    "subdomainsof, subdomains-of",
    "ayn, any",
    "reasn, reason",
  })
  void findsTheNearest(String word, String nearest) {
    List<String> known = List.of("allow", "ports", "subdomains-of", "any", "reason");
    assertEquals(Optional.of(nearest), Spelling.nearest(word, known));
  }

  @Test
  void suggestsNothingFarAway() {
    assertEquals(Optional.empty(), Spelling.nearest("xyzzy", List.of("allow", "ports")));
    assertEquals(Optional.empty(), Spelling.nearest("x", List.of()));
  }

  @Test
  void looksAtWordsOfBoundedLength() {
    String known = "a".repeat(63);
    assertEquals(Optional.of(known), Spelling.nearest("a".repeat(64), List.of(known)));
    assertEquals(Optional.empty(), Spelling.nearest("a".repeat(65), List.of("a".repeat(64))));
  }
}
