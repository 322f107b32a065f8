package dev.sallyport.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class PolicyCommandsTest {
  private static final String GOOD =
      """
      sallyport: 1
      name: acme
      classes:
        docs:
          allow: [example.com, {host: example.org, scheme: any}]
      deny:
        - {domain: example.net, reason: dead drop}
      profiles:
        developer: {classes: [docs]}
      assign:
        - {token: "ci-*", profile: developer}
      tests:
        - {allow: "GET https://example.com/", profile: developer}
        - {deny: "GET https://example.net/", profile: developer, reason: denied-by-rule}
      """;

  @TempDir private Path home = Path.of("");

  private Path policy(String text) throws IOException {
    return Files.writeString(home.resolve("policy.yaml"), text);
  }

  private CommandRun run(String... args) {
    return CommandRun.of(home, args);
  }

  private static JsonNode json(CommandRun run) throws IOException {
    return new ObjectMapper().readTree(run.out());
  }

  @Test
  void checkOfAGoodPolicyIsOneLine() throws IOException {
    CommandRun run = run("policy", "check", policy(GOOD).toString()).endsWith(ExitCode.OK);
    assertTrue(
        run.out().matches("ok: acme @ [0-9a-f]{7}, 1 class, 2 entries, 2 tests pass\\R"),
        run.out());
    assertEquals("", run.err());
  }

  @Test
  void checkSaysEveryProblemWithItsPlace() throws IOException {
    Path file = policy("sallyport: 1\nname: acme\nclases: {}\nprofiles: 5\n");
    CommandRun run = run("policy", "check", file.toString()).endsWith(ExitCode.UNUSABLE);
    assertEquals("", run.out());
    assertTrue(
        run.err().contains(file + ":3:1: unknown key `clases`; did you mean `classes`?"),
        run.err());
    assertTrue(run.err().contains(file + ":4:11: `profiles` must be a mapping"), run.err());
  }

  @Test
  void checkOfAMissingPolicyIsASentence() {
    Path missing = home.resolve("none.yaml");
    assertEquals(
        missing + ": there is no such file; look at the path" + System.lineSeparator(),
        run("policy", "check", missing.toString()).endsWith(ExitCode.UNUSABLE).err());
  }

  @Test
  void checkShowsWarningsAndGoesOn() throws IOException {
    Path file = policy(GOOD + "").toAbsolutePath();
    Files.writeString(
        file, GOOD.replace("{host: example.org, scheme: any}", "{host: example.org, tunnel: any}"));
    CommandRun run = run("policy", "check", file.toString()).endsWith(ExitCode.OK);
    assertTrue(run.out().startsWith(file + ":5:"), run.out());
    assertTrue(run.out().contains(": warning: `tunnel: any`"), run.out());
    assertTrue(run.out().contains("ok: acme @ "), run.out());
  }

  @Test
  void aFailingTestEndsWith1() throws IOException {
    String failing = GOOD + "  - {allow: \"GET https://nope.test/\", profile: developer}\n";
    Path file = policy(failing);
    CommandRun check = run("policy", "check", file.toString()).endsWith(ExitCode.DOES_NOT_HOLD);
    assertTrue(
        check.out().contains("policy.yaml:15: GET https://nope.test/: expected allow"),
        check.out());
    assertTrue(check.out().contains("1 of 3 tests fails"), check.out());
    CommandRun test = run("policy", "test", file.toString()).endsWith(ExitCode.DOES_NOT_HOLD);
    List<String> lines = test.out().lines().toList();
    assertEquals(
        "ok    " + file + ":13  allow GET https://example.com/  profile developer", lines.get(0));
    assertEquals(
        "FAIL  " + file + ":15  allow GET https://nope.test/  profile developer", lines.get(2));
    assertEquals("      expected allow, got deny (not-listed, " + file + ":9)", lines.get(3));
    assertEquals(5, lines.size(), test.out());
    assertTrue(test.out().contains(": 1 of 3 tests fails"), test.out());
  }

  @Test
  void testOfAGoodPolicyEndsWith0() throws IOException {
    CommandRun run = run("policy", "test", policy(GOOD).toString()).endsWith(ExitCode.OK);
    assertTrue(run.out().contains(": 2 tests pass"), run.out());
  }

  @Test
  void testsSayForWhomTheyAsk() throws IOException {
    String text =
        GOOD
            + """
              - {deny: "GET https://a.test/", as: {token: x, claimed: {run: "1"}}}
              - {deny: "GET https://a.test/", as: {proven: {b: c, a: d}}}
              - {deny: "GET https://a.test/", as: {address: 192.0.2.1}}
            """;
    List<String> lines =
        run("policy", "test", policy(text).toString()).endsWith(ExitCode.OK).out().lines().toList();
    assertTrue(lines.get(2).endsWith("  as token x, claimed {run=1}"), lines.get(2));
    assertTrue(lines.get(3).endsWith("  as proven {a=d, b=c}"), lines.get(3));
    assertTrue(lines.get(4).endsWith("  as anonymous from 192.0.2.1"), lines.get(4));
  }

  @Test
  void testWritesJunitXml() throws Exception {
    String failing = GOOD + "  - {allow: \"GET https://nope.test/<&'\", profile: developer}\n";
    Path report = home.resolve("junit.xml");
    String[] args = {"policy", "test", policy(failing).toString(), "--junit", report.toString()};
    CommandRun run = run(args).endsWith(ExitCode.DOES_NOT_HOLD);
    assertTrue(run.out().contains("1 of 3 tests fails"), run.out());
    Document document =
        DocumentBuilderFactory.newNSInstance().newDocumentBuilder().parse(report.toFile());
    assertEquals("testsuites", document.getDocumentElement().getTagName());
    Element suite = (Element) document.getElementsByTagName("testsuite").item(0);
    assertEquals("acme", suite.getAttribute("name"));
    assertEquals("3", suite.getAttribute("tests"));
    assertEquals("1", suite.getAttribute("failures"));
    assertEquals("0", suite.getAttribute("errors"));
    assertEquals("2026-11-21T12:00:00", suite.getAttribute("timestamp"));
    NodeList cases = document.getElementsByTagName("testcase");
    assertEquals(3, cases.getLength());
    Element last = (Element) cases.item(2);
    assertTrue(
        last.getAttribute("name").contains("allow GET https://nope.test/<&'"),
        last.getAttribute("name"));
    NodeList failures = document.getElementsByTagName("failure");
    assertEquals(1, failures.getLength());
    assertEquals(last, failures.item(0).getParentNode());
    assertTrue(
        ((Element) failures.item(0)).getAttribute("message").startsWith("expected allow"),
        failures.item(0).toString());
    args[4] = home.resolve("none").resolve("junit.xml").toString();
    assertTrue(
        run(args).endsWith(ExitCode.UNUSABLE).err().contains("cannot be used"), run.toString());
  }

  @Test
  void checkCanAskForATestOfEachEntry() throws IOException {
    Path file = policy(GOOD);
    String[] args = {"policy", "check", file.toString(), "--require-examples"};
    CommandRun run = run(args).endsWith(ExitCode.DOES_NOT_HOLD);
    assertEquals(
        file + ":5:26: no test is allowed by `host: example.org`",
        run.out().lines().findFirst().orElseThrow());
    assertTrue(run.out().contains("failed: acme @ "), run.out());
    assertTrue(run.out().contains("2 tests pass, 1 entry has no test"), run.out());
    args = new String[] {"policy", "check", file.toString(), "--require-examples", "--json"};
    JsonNode facts = json(run(args).endsWith(ExitCode.DOES_NOT_HOLD));
    assertFalse(facts.get("ok").asBoolean());
    assertEquals(26, facts.get("without-example").get(0).get("column").asInt());
    policy(GOOD + "  - {allow: \"GET http://example.org/\", profile: developer}\n");
    assertTrue(json(run(args).endsWith(ExitCode.OK)).get("ok").asBoolean());
  }

  @ParameterizedTest
  @ValueSource(strings = {"check", "test"})
  void resultsAreJsonToo(String command) throws IOException {
    String file = policy(GOOD).toString();
    JsonNode good = json(run("policy", command, "--json", file).endsWith(ExitCode.OK));
    assertTrue(good.get("ok").asBoolean());
    assertEquals("acme", good.get("policy").asText());
    assertEquals(2, good.get("tests").asInt());
    policy(GOOD + "  - {allow: \"GET https://nope.test/\", profile: developer}\n");
    JsonNode failed = json(run("policy", command, "--json", file).endsWith(ExitCode.DOES_NOT_HOLD));
    assertFalse(failed.get("ok").asBoolean());
    assertEquals(15, failed.get("failed").get(0).get("line").asInt());
    policy("sallyport: 2\n");
    JsonNode wrong = json(run("policy", command, "--json", file).endsWith(ExitCode.UNUSABLE));
    assertFalse(wrong.get("ok").asBoolean());
    assertEquals(file, wrong.get("problems").get(0).get("file").asText());
  }

  @ParameterizedTest
  @CsvSource({
    "https://example.com/a?b#c, 0, allow https://example.com",
    "example.com, 0, allow https://example.com",
    "example.com:443, 0, allow https://example.com",
    "EXAMPLE.com., 0, allow https://example.com",
    "CONNECT example.com:443, 0, allow https://example.com",
    "http://example.org/, 0, allow http://example.org",
    "example.com:8443, 1, deny https://example.com:8443",
    "http://example.com/, 1, deny http://example.com",
    "example.net, 1, deny https://example.net",
    "'[::1]:443', 1, deny https://[::1]"
  })
  void explainSaysWhatIsDecided(String url, int exitCode, String start) throws IOException {
    String file = policy(GOOD).toString();
    CommandRun run =
        run("policy", "explain", url, "--policy", file, "--profile", "developer")
            .endsWith(exitCode);
    assertTrue(run.out().startsWith(start + System.lineSeparator()), run.out());
    assertEquals("", run.err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"2130706433", "https://127.1/", "https://a b/", "ftp://example.com", "", "::1"})
  void whatIsNoDestinationIsUnusable(String url) throws IOException {
    String file = policy(GOOD).toString();
    CommandRun run = run("policy", "explain", url, "--policy", file).endsWith(ExitCode.UNUSABLE);
    assertTrue(run.err().contains("` is not a destination: "), run.err());
  }

  @Test
  void explainNamesTheRuleAndIsJsonToo() throws IOException {
    String file = policy(GOOD).toString();
    String[] args = {"policy", "explain", "example.com", "--policy", file, "--as", "ci-7"};
    CommandRun run = run(args).endsWith(ExitCode.OK);
    assertTrue(run.out().contains(file + ":5"), run.out());
    args =
        new String[] {"policy", "explain", "example.com", "--policy", file, "--as", "x", "--json"};
    JsonNode refused = json(run(args).endsWith(ExitCode.DOES_NOT_HOLD));
    assertEquals("unassigned", refused.get("reason").asText());
    assertFalse(refused.get("allowed").asBoolean());
  }

  @Test
  void explainKnowsTheProfiles() throws IOException {
    String file = policy(GOOD).toString();
    CommandRun run =
        run("policy", "explain", "example.com", "--policy", file, "--profile", "develper")
            .endsWith(ExitCode.UNUSABLE);
    assertTrue(run.err().contains("no profile `develper`; did you mean `developer`?"), run.err());
  }

  @Test
  void anAddressThatTheGuardRefusesIsRefused() throws IOException {
    String any =
        GOOD.replace(
            "[example.com, {host: example.org, scheme: any}]",
            "[example.com, {any: true, accept-risk: \"a test\"}]");
    String file = policy(any).toString();
    String[] args = {
      "policy", "explain", "169.254.169.254", "--policy", file, "--profile", "developer"
    };
    CommandRun run = run(args).endsWith(ExitCode.DOES_NOT_HOLD);
    assertTrue(run.out().contains("the address guard refuses it"), run.out());
  }

  @Test
  void withoutAPolicyItIsTheSettingsThenTheUsersThenTheStarter() throws IOException {
    String[] args = {"policy", "explain", "example.com"};
    assertTrue(run(args).out().contains("policy   starter @ "));
    Path own = home.resolve(".config/sallyport/policy.yaml");
    Files.createDirectories(own.getParent());
    Files.writeString(own, GOOD.replace("name: acme", "name: users-own"));
    assertTrue(run(args).out().contains("policy   users-own @ "));
    Path named =
        Files.writeString(home.resolve("named.yaml"), GOOD.replace("name: acme", "name: named"));
    Path settings = Files.writeString(home.resolve("sallyport.yaml"), "policy: named.yaml\n");
    CommandRun run = run("policy", "explain", "example.com", "--config", settings.toString());
    assertTrue(run.out().contains("policy   named @ "), run.toString());
    run = CommandRun.of(home, Map.of("SALLYPORT_POLICY", named.toString()), Style.PLAIN, args);
    assertTrue(run.out().contains("policy   named @ "), run.toString());
  }

  @Test
  void aUsersOwnPolicyThatIsWrongIsNotPassedOver() throws IOException {
    Path own = home.resolve(".config/sallyport/policy.yaml");
    Files.createDirectories(own.getParent());
    Files.createSymbolicLink(own, home.resolve("gone.yaml"));
    CommandRun run = run("policy", "explain", "example.com").endsWith(ExitCode.UNUSABLE);
    assertTrue(run.err().contains("there is no such file"), run.err());
  }

  @Test
  void wrongSettingsAreSaidAsProblems() throws IOException {
    Path settings = Files.writeString(home.resolve("sallyport.yaml"), "polcy: x\n");
    CommandRun run =
        run("policy", "explain", "example.com", "--config", settings.toString(), "--set", "a=b")
            .endsWith(ExitCode.UNUSABLE);
    assertTrue(run.err().contains(settings + ":1:1: unknown key `polcy`"), run.err());
    assertTrue(run.err().contains("--set: `a` is no setting"), run.err());
  }

  @Test
  void coloursAreThereOnlyWhenAskedFor() throws IOException {
    String file = policy(GOOD).toString();
    String[] args = {"policy", "check", file};
    assertFalse(run(args).out().contains("\u001b"));
    CommandRun coloured = CommandRun.of(home, Map.of(), Style.COLOURED, args);
    assertTrue(coloured.out().contains("\u001b[32mok\u001b[0m"), coloured.out());
  }

  @ParameterizedTest
  @CsvSource({
    "xterm, '', COLOURED",
    "xterm, 1, PLAIN",
    "dumb, '', PLAIN",
    "xterm-256color, 0, PLAIN"
  })
  void theEnvironmentOfATerminalMayForbidColours(String term, String noColor, Style expected) {
    assertEquals(expected, Style.ofTerminal(Map.of("TERM", term, "NO_COLOR", noColor)));
  }

  @Test
  void explainShowsTheLineAndAsksForAnyClient() throws IOException {
    String file =
        policy(
                """
                sallyport: 1
                name: acme
                classes:
                  docs: {intercept: true, allow: [{host: a.test, headers: {accept: text/html}}]}
                profiles:
                  all: {classes: [docs]}
                  none: {classes: []}
                assign:
                  - {any: true, claimed: {tier: low}, profile: none}
                  - {proven: {repository: acme/shop}, address: 192.0.2.0/24, listener: side, profile: all}
                  - {any: true, profile: none}
                """)
            .toString();
    String[] shop = {
      "policy",
      "explain",
      "a.test",
      "--policy",
      file,
      "--label",
      "repository=acme/shop",
      "--from",
      "192.0.2.9",
      "--listener",
      "side",
      "--header",
      "Accept: text/html"
    };
    CommandRun run = run(shop).endsWith(ExitCode.OK);
    assertTrue(run.out().contains("proven to be repository=acme/shop from 192.0.2.9"), run.out());
    assertTrue(
        run.out().contains("           | docs: {intercept: true, allow: [{host: a.test"),
        run.out());
    String[] json = java.util.Arrays.copyOf(shop, shop.length + 1);
    json[shop.length] = "--json";
    assertTrue(json(run(json)).get("text").asText().startsWith("docs: {intercept"));
    shop[shop.length - 1] = "Accept: text/plain";
    assertTrue(run(shop).endsWith(ExitCode.DOES_NOT_HOLD).out().contains("header-not-allowed"));
    run =
        run("policy", "explain", "a.test", "--policy", file, "--as", "me+tier=low")
            .endsWith(ExitCode.DOES_NOT_HOLD);
    assertTrue(run.out().contains("token `me` claiming tier=low"), run.out());
  }

  @ParameterizedTest
  @CsvSource({
    "--label, x, `x` is not a label",
    "--as, me+x, `x` is not a label",
    "--from, here, `here` is not an address",
    "--header, x, `x` is not a header field",
  })
  void explainSaysWhatItCannotUnderstand(String option, String value, String expected)
      throws IOException {
    String file = policy(GOOD).toString();
    String[] args = {"policy", "explain", "a.test", "--policy", file, option, value};
    CommandRun run = run(args).endsWith(ExitCode.UNUSABLE);
    assertTrue(run.err().contains(expected), run.err());
    run =
        run("policy", "explain", "a.test", "--policy", file, "--profile", "developer", "--as", "x");
    assertTrue(run.endsWith(ExitCode.UNUSABLE).err().contains("leave out --as"), run.err());
  }
}
