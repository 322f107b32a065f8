package dev.sallyport.rules.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sallyport.rules.Policy;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.PolicyLoader;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExamplesTest {
  private static final Instant END = Instant.parse("2026-12-01T00:00:00Z");

  private static Policy policy(String tests) throws LoadException {
    return PolicyLoader.load(
        "p.yaml",
        """
        sallyport: 1
        name: p
        classes:
          web:
            allow:
              - a.example
              - {domain: b.example}
              - {host: c.b.example}
              - {catalog: anthropic/api}
        profiles: {dev: {classes: [web]}}
        exceptions:
          - {id: X, class: web, allow: x.example, reason: r, owner: o, expires: 2026-12-01T00:00:00Z}
        tests:
        """
            + tests);
  }

  private static List<String> missing(String tests, Instant at) throws LoadException {
    return Examples.missing(policy(tests), at).stream()
        .map(found -> found.place().line() + ": " + found.text())
        .toList();
  }

  @Test
  void withoutTestsEveryEntryIsMissing() throws LoadException {
    assertEquals(
        List.of(
            "6: no test is allowed by `host: a.example`",
            "7: no test is allowed by `domain: b.example`",
            "8: no test is allowed by `host: c.b.example`",
            "9: no test is allowed by `catalog: anthropic/api`",
            "12: no test is allowed by `host: x.example`"),
        missing("  []\n", END.minusNanos(1)));
  }

  @Test
  void aTestCountsForTheEntryThatAloneDecidesIt() throws LoadException {
    String tests =
        """
          - {allow: "CONNECT a.example:443", profile: dev}
          - {allow: "GET https://c.b.example/", profile: dev}
          - {allow: "GET https://api.anthropic.com/", profile: dev}
          - {allow: "GET https://x.example/", profile: dev}
          - {deny: "GET https://d.example/", profile: dev}
        """;
    // The domain decides for c.b.example, but the entry behind it would do so as well.
    assertEquals(
        List.of(
            "7: no test needs `domain: b.example`: the rule at p.yaml:8 allows the same without it",
            "8: no test is allowed by `host: c.b.example`"),
        missing(tests, END.minusNanos(1)));
    assertEquals(
        List.of("8: no test is allowed by `host: c.b.example`"),
        missing(tests + "  - {allow: \"GET https://b.example/\", profile: dev}\n", END));
  }
}
