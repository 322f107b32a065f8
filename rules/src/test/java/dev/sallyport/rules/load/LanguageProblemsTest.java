package dev.sallyport.rules.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Problems of conditions on requests, exceptions, assignments and report mode.
class LanguageProblemsTest {
  private static final String SIGHT =
      " takes sight of requests, and in a tunnel there is none;"
          + " write `intercept: true` in the class";

  @ParameterizedTest
  @CsvSource({
    "methods: [GET], methods",
    "paths: [/a], paths",
    "query: {a: b}, query",
    "headers: {a: b}, headers",
    "minimum-age: 3d, minimum-age",
    "organisations: [a-b], organisations",
  })
  void conditionsInATunnel(String condition, String key) {
    assertEquals(
        List.of("19: `" + key + "`" + SIGHT),
        Loads.entryProblems("{host: a.example, " + condition + "}"));
    assertEquals(
        List.of("p.yaml:3:17: `" + key + "`" + SIGHT),
        Loads.problems(Loads.HEAD + "classes: {web: {" + condition + ", allow: [a.example]}}\n"));
    assertEquals(
        List.of("19: `" + key + "`" + SIGHT),
        Loads.entryProblems("{host: a.example, " + condition + ", scheme: any}"));
    Loads.policy(
        Loads.HEAD
            + "classes: {web: {allow: [{host: a.example, scheme: http, "
            + condition
            + "}]}}");
    Loads.policy(
        Loads.HEAD
            + "classes: {web: {allow: [{host: a.example, intercept: true, "
            + condition
            + "}]}}");
  }

  @Test
  void anExceptionIsNoTunnelPastTheConditionsOfItsClass() {
    String head =
        Loads.HEAD
            + "classes: {web: {intercept: true, methods: [GET], allow: [a.example]}}\n"
            + "exceptions:\n"
            + "  - {id: E, class: web, reason: r, owner: a, reviewer: b, compensating-control: c,\n"
            + "     expires: 2027-01-01T00:00:00Z, allow: {host: b.example";
    assertEquals(
        List.of(
            "p.yaml:6:37: the class `web` has `methods`, which takes sight of requests, and in a"
                + " tunnel there is none; leave `intercept` out, or name another class"),
        Loads.problems(head + ", intercept: never}}\n"));
    Loads.policy(head + "}}\n");
  }

  @Test
  void anEntryThatIsATunnelIsNamed() {
    String classes = "classes: {web: {intercept: true, methods: [GET], allow: [a.example,\n ";
    for (String word : List.of("never", "false")) {
      assertEquals(
          List.of(
              "p.yaml:3:34: `methods` takes sight of requests, and the entry at p.yaml:4 says that"
                  + " it is a tunnel; put that entry into a class without `methods`"),
          Loads.problems(Loads.HEAD + classes + "{host: b.example, intercept: " + word + "}]}}\n"));
    }
    assertEquals(
        List.of(
            "p.yaml:3:78: `paths` takes sight of requests, and in a tunnel there is none;"
                + " write `intercept: true`"),
        Loads.problems(
            Loads.HEAD
                + "classes: {web: {intercept: true, allow: [{host: a.example, intercept: never,"
                + " paths: [/a]}]}}\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{git: a.example, fetch: any} | 2: `git` takes sight of requests, and in a tunnel there is"
            + " none; write `intercept: true` in the class",
        "{git: a.example, intercept: true} |"
            + " 2: this allows neither to fetch nor to push; write `fetch: any` or name some",
        "{git: a.example, intercept: true, fetch: [a]} | 43: `a` is not a repository;"
            + " write `any`, or a list as in `[owner/name, owner/*]`",
        "{git: a.example, intercept: true, fetch: [a/b.git]} | 43: `a/b.git` is not a repository;"
            + " write `any`, or a list as in `[owner/name, owner/*]`",
        "{git: '*.example', intercept: true, fetch: any} |"
            + " 7: `*.example` is not a host: there are no wildcards;"
            + " for every name below `example` write `subdomains-of: example`",
        "{mcp: a.example, intercept: true} | 7: `a.example` is not a URL:"
            + " a URL begins with `https://` or `http://`; write it as in"
            + " `https://name.example/mcp`",
        "{mcp: 'wss://a.example/', intercept: true} | 7: `wss://a.example/` is not a URL: an MCP"
            + " server is asked over `https://` or `http://`; write it as in"
            + " `https://name.example/mcp`",
        "{mcp: 'https://a.example/', intercept: true, tools: {}} |"
            + " 46: `tools` names none; write `tools: {allow: [...]}`",
        "{mcp: 'https://a.example/', intercept: true, tools: {deny: [x]}} |"
            + " 46: `tools` names none; write `tools: {allow: [...]}`"
            + " / 54: unknown key `deny`; known here: allow",
        "{mcp: 'https://a.example/', intercept: true, tools: {allow: ['a b']}} |"
            + " 46: `tools` names none; write `tools: {allow: [...]}`"
            + " / 62: `a b` is not the name of a tool",
        "{host: a.example, intercept: true, methods: []} |"
            + " 36: `methods` names none; name one or leave it out",
        "{host: a.example, intercept: true, paths: } |"
            + " 36: `paths` names none; name one or leave it out",
        "{host: a.example, intercept: true, query: {}} |"
            + " 36: `query` names none; name one or leave it out",
        "{host: a.example, intercept: true, headers: } |"
            + " 36: `headers` names none; name one or leave it out",
        "{host: a.example, intercept: true, query: {a: }} |"
            + " 44: `a` has no value; write one or remove it",
        "{host: a.example, intercept: true, headers: {'a b': c}} | 46: `a b` is not a field name",
        "{host: a.example, intercept: true, paths: [a]} | 44: `a` is not a path:"
            + " it does not begin with `/`; write it as in `/repos/*/issues` or `/repos/**`",
        "{host: a.example, encoded-slash: yes} | 34: `encoded-slash` must be `allow`, not `yes`",
        "{host: a.example, intercept: maybe} |"
            + " 30: `intercept` must be `true`, `false` or `never`, not `maybe`",
        "{host: a.example, upload-limit: 50MB} | 33: `upload-limit` must be a size of 1B to"
            + " 1024GiB, not `50MB`; write a number and B, KiB, MiB or GiB, as in `64KiB`",
      })
  void entries(String entry, String lines) {
    assertEquals(List.of(lines.split(" / ")), Loads.entryProblems(entry));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        // Tunnels that hide conditions.
        "a: [a.example] | b: [{host: a.example, intercept: true, methods: [GET]}] | 4:13:"
            + " this tunnel hides the conditions of the entry at p.yaml:5 for the same host;"
            + " write `intercept: true` in its class, or take the host out of one of them",
        "a: [{domain: example.org}] | b: [{host: a.example.org, intercept: true, paths: [/a]}] |"
            + " 4:13: this tunnel hides the conditions of the entry at p.yaml:5 for the same host;"
            + " write `intercept: true` in its class, or take the host out of one of them",
        "a: [{host: a.example, intercept: never}] | b: [{host: a.example, intercept: true}] |"
            + " 4:13: `intercept: never` makes this a tunnel, and the entry at p.yaml:5"
            + " intercepts the same host; take the host out of one of them",
      })
  void hiddenConditions(String first, String second, String problem) {
    String text =
        Loads.HEAD
            + "classes:\n"
            + "  "
            + first.replace(": [", ": {allow: [").replaceFirst("a: \\{allow", "a: {allow")
            + "}\n  "
            + second.replaceFirst(": \\[", ": {allow: [")
            + "}\nprofiles: {dev: {classes: [a, b]}}\n";
    assertEquals(1, Loads.problems(text).size());
    assertEquals(
        problem.substring(problem.indexOf(' ') + 1),
        Loads.problems(text).getFirst().replaceFirst("^p.yaml:\\d+:\\d+: ", ""));
    // In no profile both: no client has the choice.
    Loads.policy(text.replace("[a, b]}", "[a]}, other: {classes: [b]}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{id: X, class: web, allow: a.example, reason: r, owner: o} |"
            + " 5: this exception has no `expires`; write `expires:`",
        "{class: web, allow: a.example, reason: r, owner: o, expires: 2026-12-01T00:00:00Z} |"
            + " 5: this exception has no `id`; write `id:`",
        "{id: X, class: wbe, allow: a.example, reason: r, owner: o, expires: 2026-12-01T00:00:00Z}"
            + " | 20: there is no class `wbe`; did you mean `web`?",
        "{id: X, class: web, allow: a.example, for: , reason: r, owner: o,"
            + " expires: 2026-12-01T00:00:00Z} | 43: `for` names no client;"
            + " write `for: {token: NAME}` or leave it out",
        "{id: X, class: web, allow: a.example, for: {}, reason: r, owner: o,"
            + " expires: 2026-12-01T00:00:00Z} | 48: `for` names no client;"
            + " write `for: {token: NAME}`",
        "{id: X, class: web, allow: a.example, for: {claimed: {a: b}}, reason: r, owner: o,"
            + " expires: 2026-12-01T00:00:00Z} | 49: an exception allows more,"
            + " and a claim may only narrow; name what is proven",
        "{id: X, class: web, allow: a.example, for: {anonymous: true}, reason: r, owner: o,"
            + " expires: 2026-12-01T00:00:00Z} | 49: a client could drop its credentials and gain"
            + " this exception; leave out `for` to mean every client of the profile",
        "{id: X, class: web, allow: '*.example', reason: r, owner: o,"
            + " expires: 2026-12-01T00:00:00Z} | 32: `*.example` is not a host: there are no"
            + " wildcards; for every name below `example` write `subdomains-of: example`",
        "x | 5: an exception must be a mapping, not text; write `key: value`",
      })
  void exceptions(String exception, String problem) {
    assertEquals(
        List.of("p.yaml:5:" + problem),
        Loads.problems(Loads.HEAD + "classes: {web: {}}\nexceptions:\n  - " + exception + "\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{any: true, claimed: {a: b}, profile: wide}, {any: true, profile: narrow} |"
            + " 10: by claiming this, a client would gain: profile `wide` is not within `narrow`,"
            + " which it would have at p.yaml:5; claims may only narrow:"
            + " assign a profile with fewer classes",
        "{token: ci, profile: narrow}, {anonymous: true, profile: wide} |"
            + " 40: by dropping its credentials a client of p.yaml:5 would gain:"
            + " profile `wide` is not within `narrow`;"
            + " give clients without credentials no more than those with them",
        "{proven: {a: b}, profile: narrow}, {address: 10.0.0.0/8, profile: wide} |"
            + " 45: by dropping its credentials a client of p.yaml:5 would gain:"
            + " profile `wide` is not within `narrow`;"
            + " give clients without credentials no more than those with them",
        "{any: true, profile: narrow}, {anonymous: true, profile: asking} |"
            + " 40: by dropping its credentials a client of p.yaml:5 would gain:"
            + " profile `asking` is not within `narrow`;"
            + " give clients without credentials no more than those with them",
        // Before the line or behind it: an anonymous line is skipped by whoever shows credentials.
        "{anonymous: true, profile: wide}, {token: 'ci-*', profile: narrow} |"
            + " 10: by dropping its credentials a client of p.yaml:5 would gain:"
            + " profile `wide` is not within `narrow`;"
            + " give clients without credentials no more than those with them",
        // An address within that of the line with the token.
        "{token: ci, address: 10.0.0.0/8, profile: narrow}, {address: 10.1.0.0/16, profile: wide} |"
            + " 61: by dropping its credentials a client of p.yaml:5 would gain:"
            + " profile `wide` is not within `narrow`;"
            + " give clients without credentials no more than those with them",
        // The first line takes some of the clients, the second one the rest.
        "{token: ci, profile: narrow}, {address: 10.0.0.0/8, profile: narrow},"
            + " {listener: main, profile: wide} |"
            + " 80: by dropping its credentials a client of p.yaml:5 would gain:"
            + " profile `wide` is not within `narrow`;"
            + " give clients without credentials no more than those with them",
        // Report mode is a privilege.
        "{any: true, profile: narrow}, {anonymous: true, profile: lax} |"
            + " 40: by dropping its credentials a client of p.yaml:5 would gain:"
            + " profile `lax` is not within `narrow`;"
            + " give clients without credentials no more than those with them",
        "{any: true, profile: lax}, {anonymous: true, profile: laxer} |"
            + " 37: by dropping its credentials a client of p.yaml:5 would gain:"
            + " profile `laxer` is not within `lax`;"
            + " give clients without credentials no more than those with them",
        // Claims.
        "{token: 'ci-*', claimed: {a: b}, profile: wide}, {token: 'ci-7', profile: narrow},"
            + " {any: true, profile: wide} |"
            + " 10: by claiming this, a client would gain: profile `wide` is not within `narrow`,"
            + " which it would have at p.yaml:5; claims may only narrow:"
            + " assign a profile with fewer classes",
        "{token: 'ci-*', claimed: {a: b}, profile: narrow}, {token: 'ci-7', profile: wide} |"
            + " 10: by claiming this, a client would gain: without the claim it may have no profile"
            + " at all; add a line below for the same clients without `claimed`",
        "{proven: {r: 'a/*'}, claimed: {a: b}, profile: narrow}, {proven: {r: a/x}, profile: wide}"
            + " | 10: by claiming this, a client would gain: without the claim it may have no"
            + " profile at all; add a line below for the same clients without `claimed`",
        "{address: 10.0.0.0/8, claimed: {a: b}, profile: wide},"
            + " {address: 10.1.0.0/16, profile: none}, {address: 10.0.0.0/8, profile: wide} |"
            + " 10: by claiming this, a client would gain: profile `wide` is not within `none`,"
            + " which it would have at p.yaml:5; claims may only narrow:"
            + " assign a profile with fewer classes",
      })
  void gainedPrivileges(String lines, String problem) {
    assertEquals(List.of("p.yaml:5:" + problem), Loads.problems(assign(lines)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{any: true, claimed: {a: b}, profile: narrow}, {any: true, profile: wide}",
        "{token: 'ci-*', claimed: {a: b}, profile: narrow}, {token: dev, profile: none},"
            + " {token: 'c*', profile: wide}",
        "{token: ci, profile: wide}, {anonymous: true, profile: narrow}",
        "{token: ci, listener: a, profile: narrow}, {listener: b, profile: wide}",
        "{token: ci, address: 10.0.0.0/8, profile: narrow}, {address: 192.168.0.0/16, profile:"
            + " wide}",
        "{address: 10.0.0.0/8, profile: wide}, {any: true, profile: narrow}",
        // Without the claim it had that much, with its token and without.
        "{any: true, claimed: {a: b}, profile: narrow}, {any: true, profile: wide},"
            + " {anonymous: true, profile: wide}",
        // Labels that no client has both of.
        "{proven: {r: a}, claimed: {x: y}, profile: narrow}, {proven: {r: b}, profile: none},"
            + " {proven: {r: a}, profile: wide}",
        "{proven: {r: a/x, t: z}, claimed: {x: y}, profile: narrow},"
            + " {proven: {r: 'a/*'}, profile: wide}",
        // Lines that are never reached.
        "{any: true, profile: wide}, {token: ci, profile: none}, {anonymous: true, profile:"
            + " narrow}",
        "{listener: a, profile: none}, {listener: a, token: ci, claimed: {x: y}, profile: wide}",
        "{token: ci, listener: a, profile: narrow}, {anonymous: true, listener: a, profile:"
            + " narrow}, {anonymous: true, listener: a, address: 10.0.0.0/8, profile: wide}",
        "{any: true, profile: lax}, {anonymous: true, profile: lax}",
        "{any: true, profile: laxer}, {anonymous: true, profile: lax}",
      })
  void linesByWhichNothingIsGained(String lines) {
    Loads.policy(assign(lines));
  }

  private static String assign(String lines) {
    return Loads.HEAD
        + "classes: {a: {}, b: {}}\nprofiles: {wide: {classes: [a, b]}, narrow: {classes: [a]},"
        + " asking: {classes: [a], unknown: ask}, none: {},"
        + " lax: {classes: [a], mode: report, owner: o, until: 2026-12-01T00:00:00Z},"
        + " laxer: {classes: [a], mode: report, owner: o, until: 2027-12-01T00:00:00Z}}\nassign: ["
        + lines
        + "]\n";
  }
}
