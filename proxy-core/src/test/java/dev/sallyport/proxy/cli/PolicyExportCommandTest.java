package dev.sallyport.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.rules.IdentityMethod;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.Profile;
import dev.sallyport.rules.TrafficClass;
import dev.sallyport.rules.UnknownHosts;
import dev.sallyport.rules.load.ExampleRequest;
import dev.sallyport.rules.load.PolicyLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyExportCommandTest {
  private static final Path EXAMPLE = Path.of("..", "docs", "examples", "policy.yaml");

  private static final String POLICY =
      """
      sallyport: 1
      name: acme
      mode: report
      owner: me
      until: 2027-01-01T00:00:00Z
      classes:
        webfetch:
          intercept: true
          allow:
            - docs.example
            - {subdomains-of: pages.example}
            - {domain: both.example, methods: [GET]}
            - {host: odd.example, ports: 8443}
            - {address: 192.0.2.1}
            - {address: "2001:db8::1"}
            - {address: 198.51.100.0/24}
        packages:
          intercept: true
          allow:
            - {host: mirror.example, scheme: any, ports: [80, 443, 8080]}
            - {host: plain.example, scheme: http}
            - {any: true, accept-risk: "me"}
        mcp:
          intercept: true
          allow:
            - {mcp: "https://mcp.example/v1?k=a", tools: {allow: [list]}}
            - {mcp: "http://mcp.example:8080/x"}
            - {domain: tools.example}
      deny:
        - {domain: bad.example}
        - {host: web.example, scheme: http}
        - {host: api.example, methods: [POST]}
        - {host: mail.example, ports: 25}
      profiles:
        developer: {classes: [webfetch, packages, mcp], unknown: ask}
        ci: {classes: [packages]}
      exceptions:
        - {id: X, class: packages, allow: x.example, reason: r, owner: o, expires: 2027-01-01T00:00:00Z}
      """;

  @TempDir private Path home = Path.of("");

  private CommandRun export(Path policy, String... more) {
    List<String> args = new ArrayList<>(List.of("policy", "export", policy.toString()));
    args.add("--claude-managed-settings");
    args.addAll(List.of(more));
    return CommandRun.of(home, args.toArray(String[]::new));
  }

  private Path policy() throws IOException {
    return Files.writeString(home.resolve("policy.yaml"), POLICY);
  }

  private static JsonNode json(CommandRun run) throws IOException {
    return new ObjectMapper().readTree(run.endsWith(ExitCode.OK).out());
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(item -> texts.add(item.isTextual() ? item.asText() : item.toString()));
    return texts;
  }

  @Test
  void theExampleOfTheLanguage() throws IOException {
    JsonNode settings = json(export(EXAMPLE));
    assertEquals(
        List.of(
            "WebFetch(domain:docs.oracle.com)",
            "WebFetch(domain:*.docs.example)",
            "WebFetch(domain:nodejs.org)",
            "WebFetch(domain:*.nodejs.org)"),
        texts(settings.at("/permissions/allow")));
    assertEquals(
        List.of("WebFetch(domain:pastebin.com)", "WebFetch(domain:*.pastebin.com)"),
        texts(settings.at("/permissions/deny")));
    List<String> domains = texts(settings.at("/sandbox/network/allowedDomains"));
    assertTrue(domains.contains("api.anthropic.com"), domains.toString());
    assertTrue(domains.contains("*.docs.example"), domains.toString());
    assertEquals(
        List.of("pastebin.com", "*.pastebin.com"),
        texts(settings.at("/sandbox/network/deniedDomains")));
    assertEquals(
        "https://mcp.linear.app/mcp", settings.at("/allowedMcpServers/0/serverUrl").asText());
    assertEquals("http://127.0.0.1:3128", settings.at("/env/HTTPS_PROXY").asText());
    assertEquals("/etc/sallyport/ca.pem", settings.at("/env/NODE_EXTRA_CA_CERTS").asText());
    assertFalse(settings.get("env").has("SSL_CERT_FILE"));
  }

  @Test
  void everyFormHasItsCounterpart() throws IOException {
    JsonNode settings = json(export(policy()));
    assertEquals(
        List.of(
            "WebFetch(domain:docs.example)",
            "WebFetch(domain:*.pages.example)",
            "WebFetch(domain:both.example)",
            "WebFetch(domain:*.both.example)",
            "WebFetch(domain:192.0.2.1)",
            "WebFetch(domain:[2001:db8:0:0:0:0:0:1])"),
        texts(settings.at("/permissions/allow")));
    assertEquals(
        List.of(
            "docs.example",
            "*.pages.example",
            "both.example",
            "*.both.example",
            "odd.example:8443",
            "192.0.2.1",
            "[2001:db8:0:0:0:0:0:1]",
            "mirror.example",
            "mirror.example:443",
            "mirror.example:8080",
            "mirror.example:80",
            "plain.example",
            "mcp.example",
            "mcp.example:8080",
            "tools.example",
            "*.tools.example"),
        texts(settings.at("/sandbox/network/allowedDomains")));
    assertEquals(
        List.of(
            "{\"serverUrl\":\"https://mcp.example/v1?k=a\"}",
            "{\"serverUrl\":\"http://mcp.example:8080/x\"}",
            "{\"serverUrl\":\"https://tools.example/*\"}",
            "{\"serverUrl\":\"https://*.tools.example/*\"}"),
        texts(settings.get("allowedMcpServers")));
    assertEquals(
        List.of("bad.example", "*.bad.example"),
        texts(settings.at("/sandbox/network/deniedDomains")));
  }

  @Test
  void whatCannotBeCarriedOverIsSaidLineByLine() throws IOException {
    Path file = policy();
    List<String> said = export(file).endsWith(ExitCode.OK).err().lines().toList();
    assertEquals(
        List.of(
            ":35:3: these settings are for profile `developer`",
            ":12:9: `methods`: held by the gate alone",
            ":13:9: no WebFetch rule for it: WebFetch goes to https on port 443, and rules name no"
                + " port",
            ":16:9: `198.51.100.0/24` is not carried over: there are no ranges",
            ":22:9: `any: true` is not carried over: write `WebFetch` yourself if that is meant",
            ":38:5: exception `X` is not carried over: these settings have no end date",
            ":26:9: `tools`: held by the gate alone",
            ":31:5: denies one scheme or some ports only, and is not carried over",
            ":32:5: denies some requests only, and is not carried over",
            ":33:5: denies one scheme or some ports only, and is not carried over",
            ":1:1: `mode: report` until 2027-01-01T00:00:00Z is not carried over: these rules"
                + " enforce",
            ":35:3: `unknown: ask` is not carried over: Claude Code asks whoever sits at it, not"
                + " whom the policy means",
            ":35:3: `allowedMcpServers` names remote servers only; add those that run as commands"
                + " by `serverCommand`"),
        said.stream().map(line -> line.replace(file.toString(), "")).toList());
  }

  @Test
  void aProfileWithoutPagesAndServers() throws IOException {
    CommandRun run = export(policy(), "--profile", "ci", "--proxy", "http://gate.example:3128/");
    JsonNode settings = json(run);
    assertFalse(settings.has("allowedMcpServers"));
    assertEquals(List.of(), texts(settings.at("/permissions/allow")));
    assertTrue(run.err().contains("no class `webfetch`, so no WebFetch rule"), run.err());
    assertTrue(run.err().contains("`allowedMcpServers` is left out"), run.err());
    assertEquals("http://gate.example:3128/", settings.at("/env/http_proxy").asText());
  }

  @Test
  void aBundleIsForClientsThatReadOneFile() throws IOException {
    Path out = home.resolve("managed.json");
    export(policy(), "--ca-bundle", "/etc/all.pem", "-o", out.toString()).endsWith(ExitCode.OK);
    JsonNode settings = new ObjectMapper().readTree(out.toFile());
    for (String name : List.of("NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "CURL_CA_BUNDLE")) {
      assertEquals("/etc/all.pem", settings.at("/env/" + name).asText(), name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--profile=developr", "--proxy=127.0.0.1:3128", "-o=/no/such/folder/x"})
  void whatCannotBeUsedIsSaid(String option) throws IOException {
    assertFalse(export(policy(), option).endsWith(ExitCode.UNUSABLE).err().isBlank());
  }

  @Test
  void itMustBeSaidInWhoseWords() throws IOException {
    CommandRun run = CommandRun.of(home, "policy", "export", policy().toString());
    assertEquals(
        "sallyport: say in whose words: `--claude-managed-settings`" + System.lineSeparator(),
        run.endsWith(ExitCode.UNUSABLE).err());
  }

  @Test
  void aPolicyWithoutProfilesHasNothingToExport() throws IOException {
    Path file = Files.writeString(home.resolve("none.yaml"), "sallyport: 1\nname: none\n");
    assertTrue(export(file).endsWith(ExitCode.UNUSABLE).err().contains("no profile"));
  }

  /// Export and import: WebFetch and sandboxed commands reach the same hosts as before.
  @Test
  void importOfTheExportReachesTheSame() throws Exception {
    Path file = policy();
    Files.writeString(
        file,
        POLICY
            .replace("mode: report\nowner: me\nuntil: 2027-01-01T00:00:00Z\n", "")
            .replace("      - {any: true, accept-risk: \"me\"}\n", ""));
    Policy before = PolicyLoader.load(file);
    Path settings = home.resolve("managed-settings.json");
    export(file, "-o", settings.toString()).endsWith(ExitCode.OK);
    CommandRun imported =
        CommandRun.of(home, "policy", "import", settings.toString()).endsWith(ExitCode.OK);
    Policy after = PolicyLoader.load("imported.yaml", imported.out());
    for (String host : HOSTS) {
      assertEquals(
          reached(before, host, "webfetch") && !host.contains(":84"),
          reached(after, host, "webfetch"),
          "webfetch " + host);
      boolean commands =
          reached(before, host, "webfetch")
              || reached(before, host, "packages")
              || reached(before, host, "mcp");
      assertEquals(commands && !host.equals("x.example"), reached(after, host, "sandbox"), host);
    }
  }

  private static final List<String> HOSTS =
      List.of(
          "docs.example",
          "a.docs.example",
          "pages.example",
          "a.pages.example",
          "a.b.pages.example",
          "xpages.example",
          "both.example",
          "a.both.example",
          "odd.example:8443",
          "192.0.2.1",
          "192.0.2.2",
          "[2001:db8::1]",
          "mirror.example",
          "mirror.example:8080",
          "mirror.example:8081",
          "mcp.example",
          "tools.example",
          "a.tools.example",
          "bad.example",
          "a.bad.example",
          "x.example",
          "none.example");

  /// Whether one class alone lets a host be reached over https.
  private static boolean reached(Policy policy, String host, String trafficClass) throws Exception {
    Profile alone =
        new Profile(
            "alone",
            List.of(new TrafficClass(trafficClass)),
            policy.source().assignPlace(),
            UnknownHosts.DENY,
            Optional.empty());
    Policy only = Policy.of(policy.source().withProfiles(List.of(alone)));
    return only.decide(
                "alone",
                IdentityMethod.NONE,
                ExampleRequest.parse("GET https://" + host + "/").destination(),
                CommandRun.NOW)
            .outcome()
        == Outcome.ALLOW;
  }
}
