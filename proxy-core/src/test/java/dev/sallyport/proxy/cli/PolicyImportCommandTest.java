package dev.sallyport.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.Decision;
import dev.sallyport.rules.IdentityMethod;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.TrafficClass;
import dev.sallyport.rules.load.ExampleRequest;
import dev.sallyport.rules.load.PolicyLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyImportCommandTest {
  @TempDir private Path home = Path.of("");

  private String file(String name, String text) throws IOException {
    return Files.writeString(home.resolve(name), text).toString();
  }

  private CommandRun imported(String... files) {
    String[] args = new String[files.length + 2];
    args[0] = "policy";
    args[1] = "import";
    System.arraycopy(files, 0, args, 2, files.length);
    return CommandRun.of(home, args).endsWith(ExitCode.OK);
  }

  private static Decision decide(String policy, String request) throws Exception {
    Policy loaded = PolicyLoader.load("imported.yaml", policy);
    return loaded.decide(
        "developer",
        IdentityMethod.NONE,
        ExampleRequest.parse(request).destination(),
        Instant.EPOCH);
  }

  /// Every documented form of a WebFetch rule, with what Claude Code makes of it.
  @ParameterizedTest
  @CsvSource({
    "example.com, example.com, true",
    "example.com, EXAMPLE.com, true",
    "example.com, example.com., true",
    "example.com, www.example.com, false",
    "example.com, notexample.com, false",
    "EXAMPLE.COM, example.com, true",
    "example.com., example.com, true",
    "*.example.com, www.example.com, true",
    "*.example.com, a.b.example.com, true",
    "*.example.com, example.com, false",
    "*.example.com, notexample.com, false",
    "*.Example.com., www.example.com, true",
    "*.github.io, any.github.io, true",
    "8.8.8.8, 8.8.8.8, true"
  })
  void webFetchRulesMeanWhatTheyMeanInClaudeCode(String rule, String host, boolean allowed)
      throws Exception {
    String settings = "{\"permissions\": {\"allow\": [\"WebFetch(domain:" + rule + ")\"]}}";
    CommandRun run = imported(file("settings.json", settings));
    Decision decision = decide(run.out(), "GET https://" + host + "/");
    assertEquals(allowed, decision.outcome() == Outcome.ALLOW, run.out());
    if (allowed) {
      assertEquals(new TrafficClass("webfetch"), decision.trafficClass().orElseThrow());
    }
  }

  @ParameterizedTest
  @CsvSource({"example.*", "api-*.example.com", "*", "ex ample.com", "'*.8.8.8.8'"})
  void whatHasNoCounterpartIsSaidAndNotWidened(String rule) throws Exception {
    String settings =
        "{\n  \"permissions\": {\n\t\"allow\": [\n    \"Read\",\n    \"WebFetch(domain:%s)\"]}}"
            .formatted(rule);
    String file = file("settings.json", settings);
    CommandRun run = imported(file);
    assertTrue(run.err().startsWith(file + ":5:"), run.err());
    assertTrue(run.err().contains("not carried over"), run.err());
    assertTrue(run.out().contains("# not as it was: "), run.out());
    assertEquals(Outcome.DENY, decide(run.out(), "GET https://example.org/").outcome());
  }

  @Test
  void denyWinsAndAskIsSaid() throws Exception {
    String settings =
        """
        {"permissions": {
          "allow": ["WebFetch(domain:*.example.com)", "WebFetch"],
          "deny": ["WebFetch(domain:bad.example.com)"],
          "ask": ["WebFetch(domain:maybe.example.org)"]}}
        """;
    CommandRun run = imported(file("managed-settings.json", settings));
    assertEquals(Outcome.ALLOW, decide(run.out(), "GET https://a.example.com/").outcome());
    assertEquals(Outcome.DENY, decide(run.out(), "GET https://bad.example.com/").outcome());
    assertEquals(Outcome.DENY, decide(run.out(), "GET https://maybe.example.org/").outcome());
    assertTrue(run.err().contains("asks a person"), run.err());
    assertTrue(run.err().contains("`*` allows every host"), run.err());
  }

  @Test
  void sandboxDomainsHavePortsAndBothSchemes() throws Exception {
    String settings =
        """
        {"sandbox": {"network": {
          "allowedDomains": ["example.com", "*.example.org", "example.net:8443", "[2606:4700::1]"],
          "deniedDomains": ["no.example.org"],
          "httpProxyPort": 8080}}}
        """;
    String runtime = "{\"network\": {\"allowedDomains\": [\"srt.example.com\"]}}";
    CommandRun run = imported(file("settings.json", settings), file("srt.json", runtime));
    String policy = run.out();
    assertEquals(Outcome.ALLOW, decide(policy, "GET http://example.com/").outcome());
    assertEquals(Outcome.ALLOW, decide(policy, "CONNECT a.example.org:443").outcome());
    assertEquals(Outcome.DENY, decide(policy, "CONNECT example.org:443").outcome());
    assertEquals(Outcome.DENY, decide(policy, "CONNECT no.example.org:443").outcome());
    assertEquals(Outcome.ALLOW, decide(policy, "CONNECT example.net:8443").outcome());
    assertEquals(Outcome.DENY, decide(policy, "CONNECT example.net:443").outcome());
    assertEquals(Outcome.ALLOW, decide(policy, "CONNECT [2606:4700::1]:443").outcome());
    assertEquals(Outcome.ALLOW, decide(policy, "CONNECT srt.example.com:443").outcome());
    assertTrue(run.err().contains("`httpProxyPort` stays a matter of the sandbox"), run.err());
  }

  @Test
  void mcpServersBecomeHosts() throws Exception {
    String mcp =
        """
        {"mcpServers": {
          "one": {"type": "http", "url": "https://mcp.example.com/mcp"},
          "two": {"url": "http://localhost:9000/sse"},
          "env": {"url": "https://${HOST}/mcp"},
          "local": {"command": "npx", "args": ["x"]}}}
        """;
    String managed =
        """
        {"allowedMcpServers": [
           {"serverUrl": "https://*.mcp.example.org/*"},
           {"serverUrl": "https://mcp.example.com/*"},
           {"serverUrl": "http://localhost:*/*"},
           {"serverName": "github"}],
         "deniedMcpServers": [{"serverUrl": "https://bad.mcp.example.org/*"}]}
        """;
    CommandRun run = imported(file(".mcp.json", mcp), file("managed-settings.json", managed));
    String policy = run.out();
    Decision one = decide(policy, "POST https://mcp.example.com/mcp");
    assertEquals(new TrafficClass("mcp"), one.trafficClass().orElseThrow());
    assertEquals(Outcome.ALLOW, decide(policy, "GET http://localhost:9000/sse").outcome());
    assertEquals(Outcome.ALLOW, decide(policy, "POST https://a.mcp.example.org/").outcome());
    assertEquals(Outcome.DENY, decide(policy, "POST https://mcp.example.org/").outcome());
    assertEquals(Outcome.DENY, decide(policy, "POST https://bad.mcp.example.org/").outcome());
    assertTrue(run.err().contains("the whole host is allowed, not `/mcp` alone"), run.err());
    assertTrue(run.err().contains("`https://${HOST}/mcp` is not carried over"), run.err());
    assertTrue(run.err().contains("`local` is a command"), run.err());
    assertTrue(run.err().contains("ports are listed one by one"), run.err());
    assertTrue(run.err().contains("`serverName` names no destination"), run.err());
  }

  @Test
  void squidListsAreDomains() throws Exception {
    String squid =
        """
        # comment
        acl good dstdomain .example.com www.example.org   # more
        acl bad dstdomain bad.example.com
        acl regex dstdom_regex \\.evil$
        acl office src 10.0.0.0/8
        http_access deny bad
        http_access allow localnet office good
        http_access deny all
        """;
    CommandRun run = imported(file("squid.conf", squid));
    String policy = run.out();
    assertEquals(Outcome.ALLOW, decide(policy, "CONNECT example.com:443").outcome());
    assertEquals(Outcome.ALLOW, decide(policy, "GET http://a.b.example.com/").outcome());
    assertEquals(Outcome.DENY, decide(policy, "CONNECT bad.example.com:443").outcome());
    assertEquals(Outcome.ALLOW, decide(policy, "CONNECT www.example.org:443").outcome());
    assertEquals(Outcome.DENY, decide(policy, "CONNECT a.www.example.org:443").outcome());
    assertTrue(run.err().contains("squid.conf:4:1: `dstdom_regex` is not carried over"), run.err());
    assertTrue(run.err().contains("squid.conf:7:1: the condition `office`"), run.err());
    assertFalse(policy.contains("anthropic"), policy);
    CommandRun list = imported(file("list.txt", ".example.com\nexample.net\n"));
    assertEquals(Outcome.ALLOW, decide(list.out(), "CONNECT a.example.com:443").outcome());
  }

  @Test
  void squidListsInFilesAreReadWhereTheyLieBesideTheConfiguration() throws Exception {
    file("good.txt", "# ours\n.example.com\nwww.example.org # more\n");
    String squid =
        """
        acl good dstdomain "good.txt"
        acl far dstdomain "/etc/passwd"
        acl more dstdomain -n one.example.net \\
          two.example.net
        acl bad dstdomain bad.example.com
        acl both dstdomain www.example.org
        include /etc/squid/conf.d/*.conf
        http_access allow good !bad
        http_access allow more
        http_access allow far
        http_access allow good both
        http_access deny !good
        """;
    CommandRun run = imported(file("squid.conf", squid));
    String policy = run.out();
    for (String host : List.of("example.com", "a.example.com", "www.example.org")) {
      assertEquals(Outcome.ALLOW, decide(policy, "CONNECT " + host + ":443").outcome(), host);
    }
    assertEquals(Outcome.ALLOW, decide(policy, "CONNECT one.example.net:443").outcome());
    assertEquals(Outcome.ALLOW, decide(policy, "CONNECT two.example.net:443").outcome());
    assertEquals(Outcome.DENY, decide(policy, "CONNECT bad.example.com:443").outcome());
    assertTrue(run.err().contains("squid.conf:2:1: the list in `/etc/passwd` is not read"), policy);
    assertTrue(run.err().contains("squid.conf:8:1: `!bad` becomes a deny rule"), run.err());
    assertTrue(run.err().contains("squid.conf:7:1: `include"), run.err());
    assertTrue(run.err().contains("in every one of these lists"), run.err());
    assertTrue(run.err().contains("squid.conf:12:1: `!good` is not carried over"), run.err());
    assertTrue(policy.contains("good.txt:2"), policy);
    assertFalse(policy.contains("root:"), policy);
  }

  /// What is refused or asked about there must not come through because the language has no word
  /// for it.
  @ParameterizedTest
  @CsvSource({
    "*.example.com, deny, api-*.example.com, api-1.example.com, false",
    "*.example.com, deny, api-*.example.com, www.example.com, false",
    "api-1.example.com, deny, api-*.example.com, api-1.example.com, false",
    "www.example.com, deny, api-*.example.com, www.example.com, true",
    "example.org, deny, example.*, example.org, false",
    "example.org, deny, *, example.org, false",
    "example.org, ask, *, example.org, false",
    "example.org, ask, example.org, example.org, false",
    "*.example.org, ask, forum.example.org, forum.example.org, false",
    "*.example.org, ask, forum.example.org, www.example.org, true",
    "*.example.org, ask, *.example.org, www.example.org, false",
    "*.a.example.org, ask, *.example.org, www.a.example.org, false",
    "www.example.org, ask, '*.example.org', www.example.org, false",
    "www.example.org, ask, forum.example.org, www.example.org, true",
    "*.example.org, ask, forum-*.example.org, www.example.org, false",
    "*.example.org, ask, *.example.*, www.example.org, false"
  })
  void whatIsRefusedThereIsNotAllowedHere(
      String allow, String list, String pattern, String host, boolean allowed) throws Exception {
    String settings =
        "{\"permissions\": {\"allow\": [\"WebFetch(domain:%s)\"], \"%s\": [\"WebFetch(domain:%s)\"]}}"
            .formatted(allow, list, pattern);
    CommandRun run = imported(file("settings.json", settings));
    Decision decision = decide(run.out(), "GET https://" + host + "/");
    assertEquals(allowed, decision.outcome() == Outcome.ALLOW, run.out());
    if (!allowed) {
      assertFalse(run.err().isEmpty());
    }
  }

  @Test
  void rulesWithoutADomainAreSaid() throws Exception {
    String settings =
        """
        {"permissions": {
          "allow": ["WebFetch(https://example.com/a)", "mcp__tracker__list", "WebFetchMore", 7],
          "deny": "WebFetch"}}
        """;
    CommandRun run = imported(file("settings.json", settings));
    assertTrue(
        run.err().contains(":2:13: `WebFetch(https://example.com/a)` names no domain"), run.err());
    assertTrue(run.err().contains("`mcp__tracker__list` names no domain"), run.err());
    assertTrue(run.err().contains("`deny` is no list"), run.err());
    assertEquals(Outcome.DENY, decide(run.out(), "GET https://example.com/").outcome());
  }

  @Test
  void serversThatTheSettingsDoNotAllowAreLeftOut() throws Exception {
    String mcp =
        """
        {"mcpServers": {
          "one": {"url": "https://one.example.com/mcp"},
          "two": {"url": "https://two.example.org/mcp"},
          "three": {"url": "https://three.example.com/mcp"}}}
        """;
    String managed =
        """
        {"allowedMcpServers": [{"serverUrl": "https://*.example.com/*"}],
         "deniedMcpServers": [{"serverName": "three"}]}
        """;
    CommandRun run = imported(file(".mcp.json", mcp), file("managed-settings.json", managed));
    assertEquals(Outcome.ALLOW, decide(run.out(), "POST https://one.example.com/mcp").outcome());
    assertEquals(Outcome.DENY, decide(run.out(), "POST https://two.example.org/mcp").outcome());
    assertTrue(run.err().contains("MCP server `two` is left out"), run.err());
    assertTrue(run.err().contains("MCP server `three` is left out"), run.err());
    run = imported(file(".mcp.json", mcp), file("none.json", "{\"allowedMcpServers\": []}"));
    assertEquals(Outcome.DENY, decide(run.out(), "POST https://one.example.com/mcp").outcome());
    String named = "{\"allowedMcpServers\": [{\"serverName\": \"two\"}]}";
    run = imported(file(".mcp.json", mcp), file("named.json", named));
    assertEquals(Outcome.ALLOW, decide(run.out(), "POST https://two.example.org/mcp").outcome());
    assertEquals(Outcome.DENY, decide(run.out(), "POST https://one.example.com/mcp").outcome());
  }

  @Test
  void sandboxRuntimeRunsAnyProgramAndOpensNoModel() throws Exception {
    String runtime =
        """
        \uFEFF{"network": {"allowedDomains": ["srt.example.com"], "deniedDomains": ["*"],
          "allowLocalBinding": false, "mitmProxy": {"domains": ["x.example.com"]}},
         "filesystem": {"denyRead": ["~/.ssh"]}}
        """;
    CommandRun run = imported(file("srt.json", runtime));
    assertFalse(run.out().contains("anthropic"), run.out());
    assertEquals(Outcome.DENY, decide(run.out(), "CONNECT srt.example.com:443").outcome());
    assertTrue(run.err().contains("`*` denies every host of sandbox"), run.err());
    assertTrue(run.err().contains("`mitmProxy` stays a matter of the sandbox"), run.err());
    run = imported(file("other.json", "{\"name\": \"shop\"}"));
    assertTrue(run.err().contains("nothing in this file speaks of the network"), run.err());
  }

  @Test
  void secretsInUrlsAreNotShown() throws Exception {
    String mcp =
        """
        {"mcpServers": {
          "a": {"url": "https://user:hunter2@a.example.com/mcp?key=hunter2"},
          "b": {"url": "https://b.example.com?key=hunter2"},
          "c": {"url": "gopher://c.example.com:x/#hunter2"}}}
        """;
    CommandRun run = imported(file(".mcp.json", mcp));
    assertEquals(Outcome.ALLOW, decide(run.out(), "POST https://a.example.com/mcp").outcome());
    assertEquals(Outcome.ALLOW, decide(run.out(), "POST https://b.example.com/").outcome());
    assertFalse(run.toString().contains("hunter2"), run.toString());
  }

  @Test
  void whatIsNoneOfTheseIsUnusable() throws IOException {
    String file = file("broken.json", "{\"permissions\": ");
    CommandRun run = CommandRun.of(home, "policy", "import", file).endsWith(ExitCode.UNUSABLE);
    assertTrue(run.err().contains(file + ":1:"), run.err());
    file = file("other.txt", "some words here\n");
    run = CommandRun.of(home, "policy", "import", file).endsWith(ExitCode.UNUSABLE);
    assertTrue(run.err().contains("holds no `acl ... dstdomain`"), run.err());
  }
}
