package dev.sallyport.rules.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

/// A policy that uses the whole language: what this version does not know is refused, all of it at
/// once.
class WholeLanguageTest {
  private static final String TEXT =
      """
      sallyport: 1
      name: harbour
      owners: {engineering: crew, security: watch}
      contact: "#gate"
      request-url: https://gate.example/ask?id={request}

      classes:
        model:
          intercept: true
          allow: [{host: model.example.org}]
          organisations: [00000000-0000-4000-8000-000000000001]
        packages:
          intercept: true
          allow: [{host: packages.example.org}]
          minimum-age: 3d
        source-control:
          intercept: true
          allow:
            - {git: git.example.org, fetch: any, push: [crew/sandbox]}
            - {host: api.example.org, methods: [GET], paths: [/repos/crew/**], query: {a: b}, headers: {x: y}}
        webfetch:
          intercept: true
          methods: [GET, HEAD]
          allow: [docs.example.com, {subdomains-of: docs.example}]
        mcp:
          intercept: true
          allow:
            - {mcp: "https://mcp.example.org/mcp", tools: {allow: [list]}}
        internal:
          allow: [{host: docs.crew.example, resolves-to: [10.1.0.0/16]}]

      deny:
        - {domain: drop.example, reason: dead drop}

      profiles:
        developer:  {classes: [model, packages, source-control, webfetch, mcp, internal], unknown: ask}
        contractor: {like: developer, without: [internal], unknown: deny}
        trial:      {classes: [model], mode: report, owner: watch, until: 2026-12-01T00:00:00Z}

      assign:
        - {proven: {repository: crew/payments}, profile: trial}
        - {any: true, claimed: {agent: night}, profile: contractor}
        - {token: "ci-*", profile: trial}

      exceptions:
        - {id: EX-17, class: packages, allow: {host: mirror.example.com}}

      tests:
        - {allow: "POST https://model.example.org/v1", profile: developer, class: model}
        - {deny: "GET https://docs.example/", as: {proven: {repository: crew/payments}}}
        - {ask: "GET https://blog.example/", profile: developer}
      """;

  @Test
  void everyWordThatIsNotBuiltYetIsNamedAtOnce() {
    LoadException wrong =
        assertThrows(LoadException.class, () -> PolicyLoader.load("harbour.yaml", TEXT));
    List<String> expected =
        List.of(
            "11:5: `organisations`",
            "15:5: `minimum-age`",
            "19:10: `git`",
            "19:32: `fetch`",
            "19:44: `push`",
            "20:33: `methods`",
            "20:49: `paths`",
            "20:74: `query`",
            "20:89: `headers`",
            "23:5: `methods`",
            "28:10: `mcp`",
            "28:46: `tools`",
            "36:85: `unknown: ask`",
            "37:16: `like`",
            "37:33: `without`",
            "38:34: `mode`",
            "38:48: `owner`",
            "38:62: `until`",
            "41:6: `proven`",
            "42:17: `claimed`",
            "45:1: `exceptions`",
            "50:46: `proven`");
    assertEquals(
        expected.stream()
            .map(words -> "harbour.yaml:" + words + " is not supported by this version")
            .toList(),
        wrong.problems().stream().map(Problem::toString).toList());
    assertEquals(0, wrong.getStackTrace().length);
  }
}
