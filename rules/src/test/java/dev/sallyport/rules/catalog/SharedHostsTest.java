package dev.sallyport.rules.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.TestPolicy;
import dev.sallyport.rules.catalog.SharedHosts.SharedHost;
import dev.sallyport.rules.load.Problems;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharedHostsTest {
  @Test
  void namesAreRelativeToTheirZone() {
    String text =
        """
        zones:
          - zone: a.example
            hosts:
              - {host: "@", kind: one}
              - {domain: b, kind: two}
              - {subdomains-of: c, kind: three}
        """;
    assertEquals(
        Optional.of(
            List.of(
                new SharedHost(new HostPattern.Exact(TestPolicy.name("a.example")), "one"),
                new SharedHost(new HostPattern.Domain(TestPolicy.name("b.a.example")), "two"),
                new SharedHost(new HostPattern.Below(TestPolicy.name("c.a.example")), "three"))),
        SharedHosts.read("f", text, new Problems()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{host: a} | f:2:14: a shared host has one of [host, subdomains-of, domain] and `kind`;"
            + " write both",
        "{host: a, domain: b, kind: k} | f:2:14: a shared host has one of [host, subdomains-of,"
            + " domain] and `kind`; write both",
        "{host: 'a b', kind: k} | f:2:15: `a b.example` is not a host: a character is not a letter,"
            + " digit, hyphen or underscore; write a name relative to the zone",
        "{host: a, kind: k, kid: k} | f:2:33: unknown key `kid`; did you mean `kind`?",
      })
  void whatIsWrongIsSaid(String host, String problem) {
    Problems problems = new Problems();
    String text = "zones: [{zone: example,\n    hosts: [ " + host + "]}]\n";
    assertEquals(Optional.empty(), SharedHosts.read("f", text, problems));
    assertEquals(List.of(problem), problems.lines());
  }

  @Test
  void noHostStandsTwice() {
    Set<HostPattern> seen = new HashSet<>();
    for (SharedHost host : SharedHosts.builtIn()) {
      assertEquals(true, seen.add(host.pattern()), host.toString());
    }
  }
}
