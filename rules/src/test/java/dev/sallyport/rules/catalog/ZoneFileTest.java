package dev.sallyport.rules.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.Host;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.TrafficClass;
import dev.sallyport.rules.load.Problems;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZoneFileTest {
  private static final String HOST =
      """
      vendor: acme
      about: tools of acme
      zones:
        - zone: example.org
          hosts:
            - host: api
              part: read
              class: packages
              need: required
              purpose: everything
              source: measured with nothing
              date: 2026-11-21
      """;

  @Test
  void hostsAreRelativeToTheirZone() throws MalformedHostException {
    String text =
        HOST
            + """
                  - {host: "@", part: read, class: web, need: optional, purpose: p, source: s, date: 2026-01-02}
                  - {host: a.b, part: other, class: web, need: optional, purpose: p, source: s, date: 2026-01-02}
                  - {subdomains-of: "@", part: all, class: web, need: optional, purpose: p, source: s, date: 2026-01-02}
                  - {subdomains-of: cdn, part: all, class: web, need: optional, purpose: p, source: s, date: 2026-01-02}
              - zone: test
                hosts:
                  - {host: api, part: read, class: web, need: optional, purpose: p, source: s, date: 2026-01-02}
            """
                .indent(0);
    Problems problems = new Problems();
    Catalog catalog =
        ZoneFile.read("acme.zone.yaml", text, problems)
            .orElseThrow(() -> new AssertionError(problems));
    assertEquals("acme", catalog.vendor());
    assertEquals("tools of acme", catalog.about());
    assertEquals(Set.of("read", "other", "all"), catalog.parts());
    assertEquals(
        List.of(
            new HostPattern.Exact(name("api.example.org")),
            new HostPattern.Exact(name("example.org")),
            new HostPattern.Exact(name("a.b.example.org")),
            new HostPattern.Below(name("example.org")),
            new HostPattern.Below(name("cdn.example.org")),
            new HostPattern.Exact(name("api.test"))),
        catalog.hosts().stream().map(CatalogEntry::pattern).toList());
    assertEquals(
        new CatalogEntry(
            new HostPattern.Exact(name("api.example.org")),
            "read",
            new TrafficClass("packages"),
            "everything",
            true,
            "measured with nothing",
            LocalDate.of(2026, 11, 21),
            List.of()),
        catalog.hosts().getFirst());
    assertFalse(catalog.hosts().get(1).required());
    assertEquals(3, catalog.part("read").size());
    assertEquals(List.of(), catalog.part("none"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "host: api | host: api.example.org | 6:9: `api.example.org` repeats its zone; write it"
            + " relative to the zone, or `@`",
        "host: api | host: example.org | 6:9: `example.org` repeats its zone",
        "host: api | host: API | 6:9: `API.example.org` is not a canonical name",
        "host: api | host: a..b | is not a host: a label is empty",
        "host: api | host: '*' | `*.example.org` is not a host",
        "host: api | host: api. | is not a host",
        "host: api | part: read | `host` or `subdomains-of`",
        "part: read | subdomains-of: cdn | a host has either `host` or `subdomains-of`",
        "part: read | x: y | `part` is missing",
        "part: read | part: Read | `Read` is not a word",
        "part: read | part: a/b | `a/b` is not a word",
        "class: packages | class: Two Words | `Two Words` is not a word",
        "need: required | x: y | `need` is missing",
        "need: required | need: maybe | `need` must be `required` or `optional`, not `maybe`",
        "purpose: everything | x: y | `purpose` is missing",
        "source: measured with nothing | x: y | `source` is missing",
        "date: 2026-11-21 | x: y | `date` is missing",
        "date: 2026-11-21 | date: 2026-13-21 | `2026-13-21` is not a date; write it as in"
            + " `2026-11-21`",
        "date: 2026-11-21 | x: y | unknown key `x`",
        "vendor: acme | vendor: Acme Inc | `Acme Inc` is not a word",
        "vendor: acme | x: y | `vendor` is missing",
        "about: tools of acme | x: y | `about` is missing",
        "zone: example.org | x: y | `zone` is missing",
        "zone: example.org | zone: Example.org | `api.Example.org` is not a canonical name",
        "zone: example.org | zone: 1.2.3 | `api.1.2.3` is not a host",
        "vendor: acme | list: [ | ",
      })
  void everythingElseIsAProblem(String line, String instead, String expected) {
    assertTrue(HOST.contains(line));
    Problems problems = new Problems();
    Optional<Catalog> catalog = ZoneFile.read("f", HOST.replace(line, instead), problems);
    assertEquals(Optional.empty(), catalog);
    assertTrue(
        problems.toString().contains(expected == null ? "f:" : expected), problems.toString());
  }

  @Test
  void aHostStandsOnceInAPart() {
    String again = HOST.substring(HOST.indexOf("      - host: api"));
    Problems problems = new Problems();
    assertEquals(Optional.empty(), ZoneFile.read("f", HOST + again, problems));
    assertTrue(
        problems.toString().contains("this host stands twice in part `read`"), problems.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "'{vendor: a, about: x}', a catalogue has at least one zone",
    "'{vendor: a, about: x, zones: [{zone: test}]}', a zone has at least one host",
    "'{vendor: a, about: x, zones: [text]}', a zone must be a mapping",
    "'{vendor: a, about: x, zones: [{zone: test, hosts: [x]}]}', a host must be a mapping",
    "'[]', a catalogue must be a mapping",
  })
  void nothingIsNoCatalogue(String text, String expected) {
    Problems problems = new Problems();
    assertEquals(Optional.empty(), ZoneFile.read("f", text, problems));
    assertTrue(problems.toString().contains(expected), problems.toString());
  }

  private static Host.Name name(String text) throws MalformedHostException {
    return (Host.Name) Host.parse(text);
  }
}
