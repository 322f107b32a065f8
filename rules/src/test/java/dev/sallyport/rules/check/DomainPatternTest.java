package dev.sallyport.rules.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.MalformedHostException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DomainPatternTest {
  @ParameterizedTest
  @CsvSource({
    "example.com, example.com, true",
    "example.com, EXAMPLE.com., true",
    "example.com, a.example.com, false",
    "*.example.com, a.b.example.com, true",
    "*.example.com, example.com, false",
    "*.example.com, xexample.com, false",
    "*, anything.example, true",
  })
  void matches(String pattern, String name, boolean matches) throws MalformedHostException {
    assertEquals(matches, DomainPattern.parse(pattern).matches(name));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '^',
      value = {
        "example.com, host: example.com",
        "*.example.com, subdomains-of: example.com",
        "1.example, host: \"1.example\"",
        "192.0.2.1, address: \"192.0.2.1\"",
        "[2001:db8::1]:8443, address: \"2001:db8::1\"",
      })
  void words(String pattern, String words) throws MalformedHostException {
    assertEquals(Optional.of(words), DomainPattern.parse(pattern).words());
  }

  @Test
  void everythingHasNoWords() throws MalformedHostException {
    assertTrue(DomainPattern.parse("*").isEverything());
    assertEquals(Optional.empty(), DomainPattern.parse("*").words());
    assertEquals(Optional.of(8443), DomainPattern.parse("*.example:8443").port());
  }

  @ParameterizedTest
  @CsvSource({
    "a*.example, a star inside a name has no counterpart; name the hosts one by one",
    "*.192.0.2.1, nothing lies below an address",
    "a.example:0, a port is 1 to 65535",
    "a.example:65536, a port is 1 to 65535",
    "a.example:000443, a port is 1 to 65535",
    "a.example:x, a port is 1 to 65535",
    "a..example, a label is empty",
  })
  void whatHasNoCounterpart(String pattern, String why) {
    assertEquals(
        why,
        assertThrows(MalformedHostException.class, () -> DomainPattern.parse(pattern))
            .getMessage());
  }
}
