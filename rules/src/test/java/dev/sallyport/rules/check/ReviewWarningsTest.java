package dev.sallyport.rules.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.TestPolicy;
import dev.sallyport.rules.catalog.SharedHosts;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.PolicyLoader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Warnings of policies as they are written.
class ReviewWarningsTest {
  private static List<String> warnings(String text) {
    try {
      return PolicyWarnings.of(
              PolicyLoader.load("p.yaml", "sallyport: 1\nname: p\n" + text), TestPolicy.AT)
          .stream()
          .map(Warning::toString)
          .toList();
    } catch (LoadException wrong) {
      throw new AssertionError(wrong.getMessage(), wrong);
    }
  }

  private static List<String> ofEntries(String entries) {
    return ofClass("allow: [" + entries + "]", "");
  }

  private static List<String> ofClass(String web, String rest) {
    return warnings(
        "classes: {web: {"
            + web
            + "}}\n"
            + "profiles: {dev: {classes: [web]}}\nassign: [{any: true, profile: dev}]\n"
            + rest);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "gist.github.com | `host: gist.github.com` leads to a shared host, `host: gist.github.com`"
            + " (pastes)",
        "{domain: pastebin.com} | `domain: pastebin.com` leads to a shared host,"
            + " `domain: pastebin.com` (pastes)",
        "{subdomains-of: github.com} | `subdomains-of: github.com` leads to a shared host,"
            + " `host: gist.github.com` (pastes)",
        "{host: acme.s3.eu-west-1.amazonaws.com, ports: 8443} |"
            + " `host: acme.s3.eu-west-1.amazonaws.com` leads to a shared host,"
            + " `domain: s3.eu-west-1.amazonaws.com` (storage buckets)",
        "storage.googleapis.com | `host: storage.googleapis.com` leads to a shared host,"
            + " `domain: storage.googleapis.com` (storage buckets)",
        "{host: hooks.slack.com, intercept: true, methods: [GET]} | `host: hooks.slack.com` leads"
            + " to a shared host, `host: hooks.slack.com` (messages to any channel)",
        "{domain: github.com} | `domain: github.com` leads to a shared host, `host: github.com`"
            + " (repositories of anybody), and to 1 more",
      })
  void sharedHosts(String entry, String start) {
    assertEquals(
        List.of(
            "p.yaml:3:25: warning: "
                + start
                + ": anybody can leave data there; narrow it by `paths`, or deny it"),
        ofEntries(entry));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "docs.example",
        "{host: github.com, intercept: true, paths: [/acme/**]}",
        "{git: github.com, intercept: true, fetch: [acme/*]}",
        "{catalog: github}",
      })
  void whatIsNoSharedHost(String entry) {
    assertEquals(List.of(), ofEntries(entry));
  }

  @Test
  void aSharedHostThatIsDeniedIsNone() {
    assertEquals(
        List.of(),
        ofClass("allow: [{subdomains-of: github.com}]", "deny: [{domain: gist.github.com}]"));
    // Denied for http only, or on one port, it is open all the same.
    for (String rest : List.of("scheme: http", "ports: 80", "methods: [POST], scheme: http")) {
      assertEquals(
          1,
          ofClass(
                  "allow: [{subdomains-of: github.com}]",
                  "deny: [{domain: gist.github.com, " + rest + "}]")
              .size(),
          rest);
    }
  }

  @Test
  void theListOfSharedHostsIsLarge() {
    assertTrue(SharedHosts.builtIn().size() > 100);
  }

  @ParameterizedTest
  @CsvSource({"subdomains-of, com", "domain, co.uk", "subdomains-of, github.io"})
  void wholeSuffixes(String word, String suffix) {
    assertEquals(
        List.of(
            "p.yaml:3:25: warning: `"
                + word
                + ": "
                + suffix
                + "` allows every name below a public suffix: anybody can have one"),
        ofEntries("{" + word + ": " + suffix + ", public-suffix: true}"));
  }

  @Test
  void overlapsWithDifferentTreatment() {
    String classes =
        """
        classes:
          a: {allow: [{domain: a.example}]}
          b: {intercept: true, allow: [b.a.example, {host: c.a.example, ports: 8443}]}
        assign: [{any: true, profile: p}]
        """;
    assertEquals(
        List.of(
            "p.yaml:4:15: warning: this tunnel is intercepted all the same: `host: b.a.example` at"
                + " p.yaml:5 intercepts the same host, and the strictest treatment counts"),
        warnings(classes + "profiles: {p: {classes: [b, a]}}\n"));
    assertEquals(
        List.of(),
        warnings(
            classes.replace("[{any", "[{token: q, profile: q}, {any")
                + "profiles: {p: {classes: [a]}, q: {classes: [b]}}\n"));
    assertEquals(
        List.of(),
        warnings(classes.replace("b.a.example, ", "") + "profiles: {p: {classes: [a, b]}}\n"));
  }

  @Test
  void conditionsThatRefuseNothing() {
    assertEquals(
        List.of(
            "p.yaml:3:42: warning: what these conditions refuse, `host: a.example` at p.yaml:3"
                + " allows all the same"),
        ofClass(
            "intercept: true, allow: [{host: a.example, methods: [GET]}, {host: a.example}]", ""));
    assertEquals(
        List.of(),
        ofClass(
            "intercept: true, allow: [{host: a.example, methods: [GET]}, {host: a.example, ports:"
                + " 8443}]",
            ""));
  }

  @Test
  void entriesThatADenyRuleForbids() {
    assertEquals(
        List.of(
            "p.yaml:3:25: warning: this entry never allows: `deny: {domain: a.example}` at p.yaml:6"
                + " forbids all of it"),
        ofClass("allow: [x.a.example]", "deny: [{domain: a.example}]"));
    assertEquals(
        List.of(), ofClass("allow: [{domain: a.example}]", "deny: [{subdomains-of: a.example}]"));
    assertEquals(
        List.of(), ofClass("allow: [a.example]", "deny: [{host: a.example, scheme: http}]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{any: true, profile: dev}, {token: ci, profile: dev} | 37: this line is never reached: the"
            + " one at p.yaml:5 means all its clients",
        "{token: 'c*', profile: dev}, {token: 'ci-*', listener: a, profile: dev} | 39: this line is"
            + " never reached: the one at p.yaml:5 means all its clients",
        "{token: ci, profile: dev}, {anonymous: true, profile: dev} | 37: a client with a token"
            + " that no line names is refused here, and without it gets profile `dev`",
        "{token: ci, profile: dev}, {token: 'ci-*', profile: dev} | ",
        "{any: true, profile: dev}, {anonymous: true, profile: dev} | ",
        "{listener: a, any: true, profile: dev}, {anonymous: true, listener: a, profile: dev} | ",
        "{anonymous: true, profile: dev} | ",
      })
  void assignments(String lines, String warning) {
    assertEquals(
        warning == null
            ? List.of()
            : List.of("p.yaml:5:" + warning.replaceFirst(": ", ": warning: ")),
        warnings(
            "classes: {web: {}}\nprofiles: {dev: {classes: [web]}}\nassign: [" + lines + "]\n"));
  }
}
