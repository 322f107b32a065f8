package dev.sallyport.rules.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sallyport.rules.IdentityMethod;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.TestPolicy;
import dev.sallyport.rules.check.PolicyTests;
import dev.sallyport.rules.check.TestResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Corners of the language that no other test turns.
class LanguageCornersTest {
  @TempDir private Path folder = Path.of("");

  private static List<String> problems(String text) {
    return Loads.problems(Loads.HEAD + text).stream()
        .map(line -> line.replace("p.yaml:", ""))
        .toList();
  }

  @Test
  void testsSayHeaders() {
    Policy policy =
        Loads.policy(
            Loads.HEAD
                + """
                classes: {web: {intercept: true, allow: [{host: a.example, headers: {x-tool: agent}}]}}
                profiles: {dev: {classes: [web]}}
                tests:
                  - {allow: "GET https://a.example/", profile: dev, headers: {X-Tool: agent}}
                  - {deny: "GET https://a.example/", profile: dev, headers: {X-Tool: [agent, agent]}}
                  - {deny: "GET https://a.example/", profile: dev, reason: header-not-allowed}
                """);
    assertEquals(
        List.of("", "", ""),
        PolicyTests.run(policy, TestPolicy.AT).stream().map(TestResult::differed).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "tests: [{deny: 'GET https://a/', profile: p, headers: {a: [[]]}}] | 3:60: `a` must be"
            + " text, not a list",
        "tests: [{deny: 'GET https://a/', as: {address: 10.0.0.0/8}}] | 3:48: `address` must be one"
            + " address, not `10.0.0.0/8`: an address literal must be four decimal numbers of 0 to"
            + " 255",
        "tests: [{deny: 'GET https://a/', as: {token: a, anonymous: true}}] | 3:49: a client that"
            + " shows a token is not anonymous; keep one of them",
        "tests: [{deny: 'GET https://a/', as: {proven: {a: b}, anonymous: true}}] | 3:55: a client"
            + " with proven labels is not anonymous; keep one",
        "tests: [{deny: 'GET https://a/', as: {}}] | 3:38: `as` names no client; write `as: {token:"
            + " NAME}`",
        "tests: [{deny: 'GET https://a/', as: {token: a}, profile: p}] | 3:9: this test has both"
            + " `profile` and `as`; write `profile: NAME` or `as: {token: NAME}`",
        "tests: [{deny: 'GET https://a b/', profile: p}] | 3:16: `GET https://a b/` is not a"
            + " request: a character is not a letter, digit, hyphen or underscore; write `GET"
            + " https://name.example/path` or `CONNECT name.example:443`",
        "request-url: 'https://a b' | 3:14: `request-url` must be a URL, not `https://a b`;"
            + " write it as in `https://name.example/request?id={request}`",
        "request-url: 'https:///x' | 3:14: `request-url` must be a URL, not `https:///x`;"
            + " write it as in `https://name.example/request?id={request}`",
        "request-url: 'https://ü.example/' | 3:14: `request-url` must be a URL, not"
            + " `https://ü.example/`; write it as in `https://name.example/request?id={request}`",
        "classes: {a: {allow: [{host: a.example, id: }]}} | 3:41: `id` has no value; write one or"
            + " remove the key",
        "classes: {a: {intercept: true, allow: [{git: a.example, fetch: any, methods: [GET]}]}} |"
            + " 3:69: unknown key `methods`; known here: host, domain, subdomains-of, address, any,"
            + " catalog, git, mcp, id, reason, fetch, push, headers, minimum-age, organisations,"
            + " upload-limit, encoded-slash, intercept",
        "classes: {a: {intercept: true, organisations: [x], allow: [{host: a.example,"
            + " organisations: [y]}]}} | 3:78: `organisations` stands in the class already; keep"
            + " one of them",
      })
  void problemsAreSaid(String text, String problem) {
    String profiles = text.startsWith("tests") ? "\nprofiles: {p: {}}\n" : "\n";
    assertEquals(List.of(problem), problems(text + profiles));
  }

  @Test
  void oneFileAloneSaysReportMode() throws IOException {
    String mode = "mode: report\nowner: o\nuntil: 2027-01-01T00:00:00Z\n";
    Files.writeString(folder.resolve("a.yaml"), "sallyport: 1\nname: p\n" + mode);
    Files.writeString(folder.resolve("b.yaml"), "sallyport: 1\n" + mode);
    LoadException wrong = assertThrows(LoadException.class, () -> PolicyLoader.load(folder));
    assertEquals(
        List.of(
            folder.resolve("b.yaml")
                + ":2:1: another file says `mode: report` already; keep one of them"),
        wrong.problems().stream().map(Problem::toString).toList());
  }

  @Test
  void aFolderHoldsPoliciesAndNotTooManyFiles() throws IOException {
    assertEquals(
        List.of(folder + ":1:1: there is no policy in this folder; put a `.yaml` file into it"),
        said(folder));
    for (int i = 0; i < PolicyLoader.MAX_FILES; i++) {
      Files.writeString(folder.resolve("f" + i + ".yml"), "sallyport: 1\n");
    }
    assertEquals(1, said(folder).size(), "no name, and nothing else");
    Files.writeString(folder.resolve("more.yaml"), "sallyport: 1\n");
    assertEquals(
        List.of(folder + ":1:1: the folder holds more than 1000 files; join some"), said(folder));
  }

  private static List<String> said(Path folder) {
    LoadException wrong = assertThrows(LoadException.class, () -> PolicyLoader.load(folder));
    return wrong.problems().stream().map(Problem::toString).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "mcp: 'https://192.0.2.1/mcp', POST https://192.0.2.1/mcp, listed",
    "mcp: 'https://[2001:db8::1]/mcp', POST https://[2001:db8::1]/mcp, listed",
    "mcp: 'http://a.example/mcp', POST http://a.example/mcp, listed",
    "mcp: 'http://a.example/mcp', POST https://a.example/mcp, scheme-not-allowed",
    "mcp: 'http://a.example:8080/', POST http://a.example:8080/, listed",
    "'git: a.example, push: any', POST https://a.example/x/git-receive-pack, listed",
    "'git: a.example, push: any', POST https://a.example/x/git-upload-pack, path-not-allowed",
    "'git: a.example, fetch: any', POST https://a.example/git-upload-pack, path-not-allowed",
    "'git: a.example, fetch: [a/*]', POST https://a.example/a/b.git/git-upload-pack, listed",
    "'git: a.example, fetch: [a/*]', POST https://a.example/a/b/c/git-upload-pack,"
        + " path-not-allowed",
    "'host: a.example, paths: [/**]', GET https://a.example/, listed",
    "'host: a.example, paths: [/**]', OPTIONS https://a.example, listed",
    "'host: a.example, paths: [/a%20b]', GET https://a.example/a%20b, listed",
    "'host: a.example, paths: [/a%2Ab]', GET https://a.example/a%2ab, listed",
    "'host: a.example, paths: [/a%2Ab]', GET https://a.example/a%2cb, path-not-allowed",
    "'host: a.example, paths: [/a]', GET https://a.example/%5ca, malformed",
    "'host: a.example, paths: [/a]', GET https://a.example/%41, malformed",
    "'host: a.example, paths: [/a]', GET https://a.example/%7e, malformed",
    "'host: a.example, paths: [/a]', GET https://a.example/%5f, malformed",
    "'host: a.example, paths: [/a]', GET https://a.example/%, malformed",
    "'host: a.example, paths: [/a]', GET https://a.example/%4, malformed",
    "'host: a.example, paths: [/a]', GET https://a.example/%4g, malformed",
    "'host: a.example, paths: [/a]', GET https://a.example/%0a, malformed",
    "'host: a.example, paths: [/a]', GET https://a.example/%7f, malformed",
    "'host: a.example, paths: [/a]', GET https://a.example/a;/b, path-not-allowed",
    "'host: a.example, paths: [/a]', GET https://a.example/..;x/a, malformed",
    "'host: a.example, query: {a: b}', GET https://a.example/?a=b, listed",
    "'host: a.example, query: {a: b}', GET https://a.example/?a, query-not-allowed",
    "'host: a.example, query: {a: b c}', GET https://a.example/?a=b+c, listed",
    "'host: a.example, query: {a: b c}', GET https://a.example/?a=b%20c, listed",
    "'host: a.example, query: {a: b}', GET https://a.example/?%zz=1&a=b, query-not-allowed",
    "'host: a.example, query: {a: b}', GET https://a.example/?c=%f&a=b, query-not-allowed",
  })
  void requestsAreJudged(String entry, String request, String reason)
      throws MalformedHostException {
    Policy policy =
        Loads.policy(
            Loads.HEAD
                + "classes: {c: {intercept: true, allow: [{"
                + entry
                + "}]}}\nprofiles: {p: {classes: [c]}}\n");
    ExampleRequest asked = ExampleRequest.parse(request);
    assertEquals(
        reason,
        policy
            .decide(
                "p", IdentityMethod.NONE, asked.destination(), asked.sight(Map.of()), TestPolicy.AT)
            .reason()
            .code());
  }

  /// One catalogue line, however many hosts it stands for, is one place to look at.
  @Test
  void aTunnelThatHidesManyIsSaidOnce() {
    String text =
        "classes:\n  a: {allow: [{subdomains-of: anthropic.com}]}\n"
            + "  b: {intercept: true, methods: [GET], allow: [{catalog: anthropic}]}\n"
            + "profiles: {p: {classes: [a, b]}}\n";
    assertEquals(
        List.of(
            "4:15: this tunnel hides the conditions of the entry at 5 for the same host;"
                + " write `intercept: true` in its class, or take the host out of one of them"),
        problems(text));
  }

  @Test
  void otherPortsAndProfilesHideNothing() {
    String text =
        Loads.HEAD
            + "classes:\n  a: {allow: [{host: a.example, ports: 8443}]}\n"
            + "  b: {intercept: true, methods: [GET], allow: [a.example]}\n"
            + "deny: [{host: a.example, ports: 443, methods: [PUT]},"
            + " {host: a.example, scheme: http, methods: [PUT]}]\n"
            + "profiles: {p: {classes: [a, b]}}\n";
    assertEquals(2, Loads.policy(text).source().classes().size());
  }
}
