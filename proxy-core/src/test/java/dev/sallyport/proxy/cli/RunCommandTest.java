package dev.sallyport.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.sallyport.proxy.audit.ChainVerifier;
import dev.sallyport.proxy.audit.EventSchemaAssert;
import dev.sallyport.proxy.run.ParentStub;
import dev.sallyport.proxy.run.RequestingChild;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `run` in this process, with real children. They print into files, because the standard output of
/// a test belongs to whoever runs the tests.
class RunCommandTest {
  private static final String POLICY =
      """
      sallyport: 1
      name: mine
      classes:
        packages: {allow: [{host: mirror.example, scheme: http}]}
      profiles: {p: {classes: [packages]}}
      assign: [{any: true, profile: p}]
      """;

  @TempDir private Path home = Path.of("");

  @ParameterizedTest
  @CsvSource({"exit 0, 0", "exit 7, 7", "kill -9 $$, 137", "kill -15 $$, 143"})
  void endsAsTheCommandDoes(String script, int exitCode) {
    run(Map.of(), "run", "--", "sh", "-c", script).endsWith(exitCode);
  }

  @ParameterizedTest
  @CsvSource({
    "run, 2",
    "run --nosuch sh, 2",
    "run --policy nosuch.yaml sh, 2",
    "run --summary no/such/folder/summary sh, 2",
    "run no-such-command-at-all, 127",
    "run /, 126"
  })
  void saysWhatIsWrongInASentence(String args, int exitCode) {
    CommandRun run = run(Map.of(), args.split(" ")).endsWith(exitCode);
    assertEquals("", run.out());
    assertFalse(run.err().isBlank());
    assertFalse(run.err().contains("Exception"), run.err());
    assertFalse(Files.exists(home.resolve("state")), "a gate was started");
  }

  @Test
  void optionsBehindTheCommandAreTheCommands() throws Exception {
    run(Map.of(), "run", "sh", "-c", "echo \"$@\" >" + file("out"), "-", "--quiet", "--", "-x")
        .endsWith(0);
    assertEquals("--quiet -- -x\n", read("out"));
  }

  @Test
  void theChildIsToldOfTheGateAndOfNothingElse() throws Exception {
    Map<String, String> inherited =
        Map.of("ALL_PROXY", "http://u:secret@127.0.0.1:9", "SSL_CERT_FILE", "/etc/nosuch.pem");
    CommandRun run = run(inherited, "run", "sh", "-c", "env >" + file("env")).endsWith(0);
    List<String> lines = Files.readAllLines(file("env"));
    assertTrue(
        lines.stream().anyMatch(line -> line.matches("SSL_CERT_FILE=/.*/sallyport-run-.*")),
        lines::toString);
    assertTrue(run.err().contains("`SSL_CERT_FILE` names cannot be read"), run.err());
    assertTrue(lines.contains("NO_PROXY=localhost,127.0.0.1,::1"), lines::toString);
    assertTrue(
        lines.stream().anyMatch(line -> line.matches("https_proxy=http://127\\.0\\.0\\.1:\\d+")),
        lines::toString);
    assertFalse(lines.toString().contains("secret"), lines::toString);
  }

  @Test
  void saysWhereTheSessionWent() throws Exception {
    writePolicy(POLICY);
    HttpServer origin =
        HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    origin.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 5);
          exchange.getResponseBody().write("hello".getBytes(StandardCharsets.UTF_8));
          exchange.close();
        });
    origin.start();
    String connectTo =
        "connect-to={\"mirror.example:80\": \"127.0.0.1:" + origin.getAddress().getPort() + "\"}";
    CommandRun run =
        requests(
            Map.of(),
            List.of("--set", connectTo),
            "http://mirror.example/a",
            "http://other.example/");
    origin.stop(0);
    run.endsWith(0);
    assertTrue(read("out").contains("200 hello"), read("out"));
    assertTrue(read("out").contains("403 "), read("out"));
    List<String> said = run.err().lines().toList();
    assertTrue(said.getFirst().matches("sallyport: policy mine @ [0-9a-f]{7} from .*"), run.err());
    assertTrue(run.err().contains("\nsallyport: 1 request allowed, 1 refused, "), run.err());
    assertTrue(
        run.err().matches("(?s).*\n  packages +1 request .* down  mirror\\.example\n.*"),
        run.err());
    assertTrue(
        run.err().matches("(?s).*\n  refused +1 x +other\\.example:80  not-listed: .*"), run.err());
    Path audit = Path.of(said.getLast().replaceFirst("^  audit +", ""));
    assertEquals(home.resolve("state/sallyport/runs"), audit.getParent());
    assertTrue(ChainVerifier.verify(audit).holds());
    EventSchemaAssert.assertAllValid(audit);
  }

  @Test
  void reportModeLetsThroughAndSaysSoAndDenyRulesHold() throws Exception {
    writePolicy(POLICY + "deny: [{host: forbidden.example}]\n");
    try (ParentStub parent = ParentStub.open()) {
      Map<String, String> environment =
          Map.of("http_proxy", "http://127.0.0.1:" + parent.port(), "USER", "dev");
      CommandRun run =
          requests(
                  environment,
                  List.of("--report"),
                  "http://mirror.example/a",
                  "http://other.example/",
                  "http://forbidden.example/")
              .endsWith(0);
      assertEquals(2, read("out").split("200 from the parent", -1).length - 1, read("out"));
      assertTrue(read("out").contains("403 "), read("out"));
      String said = run.err().replaceAll("\\R +", " ");
      assertTrue(said.contains("sallyport: REPORT MODE: what no rule allows is let through"), said);
      assertTrue(said.matches("(?s).* until 20[0-9T:-]+Z, in the name of dev;.*"), said);
      assertTrue(said.contains("report mode let through 1 that would be refused:"), said);
      assertTrue(said.matches("(?s).*would refuse +1 x +other\\.example:80 +not-listed: .*"), said);
      assertTrue(said.matches("(?s).*refused +1 x +forbidden\\.example:80 +denied-by.*"), said);
      assertTrue(said.matches("(?s).*next +sallyport policy suggest --all /.*"), said);
    }
  }

  @Test
  void refusalsAreToldWithinTlsAlsoWhereNothingIsIntercepted() throws Exception {
    writePolicy(POLICY);
    requests(Map.of(), List.of(), "https://other.example/").endsWith(0);
    assertTrue(read("out").matches("(?s).*403 .*not-listed.*"), read("out"));
  }

  @Test
  void interceptLooksAtWhatWasATunnel() throws Exception {
    writePolicy(POLICY.replace(", scheme: http", ", methods: [HEAD]"));
    run(Map.of(), "run", "sh", "-c", ":").endsWith(2);
    CommandRun run =
        requests(Map.of(), List.of("--intercept"), "https://mirror.example/").endsWith(0);
    assertTrue(run.err().contains("looks at every request for packages"), run.err());
    assertTrue(read("out").matches("(?s).*403 .*method-not-allowed.*"), read("out"));
  }

  @Test
  void theSummaryGoesToAFileAndQuietSaysNothing() throws Exception {
    CommandRun run =
        run(Map.of(), "run", "--quiet", "--summary", file("summary").toString(), "sh", "-c", ":")
            .endsWith(0);
    assertEquals("", run.err());
    assertTrue(
        read("summary").startsWith("sallyport: 0 requests allowed, 0 refused"), read("summary"));
    assertEquals("", run(Map.of(), "run", "--quiet", "sh", "-c", ":").endsWith(0).err());
  }

  @Test
  void theWayOutThatWasThereBecomesTheParent() throws Exception {
    writePolicy(POLICY);
    try (ParentStub parent = ParentStub.open()) {
      String url = "http://user:secret@127.0.0.1:" + parent.port();
      CommandRun run =
          requests(Map.of("http_proxy", url), List.of(), "http://mirror.example/a").endsWith(0);
      assertTrue(read("out").contains("200 from the parent"), read("out"));
      assertEquals("GET http://mirror.example/a HTTP/1.1", parent.heads().getFirst().getFirst());
      assertTrue(
          parent.heads().getFirst().stream()
              .anyMatch(
                  line -> line.equalsIgnoreCase("Proxy-Authorization: Basic dXNlcjpzZWNyZXQ=")),
          () -> parent.heads().toString());
      assertTrue(
          run.err().contains("parent proxy 127.0.0.1:" + parent.port() + ", from http_proxy"),
          run.err());
      assertFalse(run.err().contains("secret"), run.err());
    }
  }

  @Test
  void aParentThatCannotBeUsedStopsIt() {
    CommandRun run =
        run(Map.of("HTTPS_PROXY", "socks5://user:secret@p.example:1"), "run", "sh", "-c", ":")
            .endsWith(3);
    assertTrue(
        run.err().startsWith("sallyport: the proxy in `HTTPS_PROXY` cannot be used"), run.err());
    assertFalse(run.err().contains("secret"), run.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sallyport: 1\nname: [", "sallyport: 1\nname: a\nnosuch: 1\n"})
  void aPolicyThatIsWrongStopsIt(String text) throws Exception {
    Path policy = Files.writeString(file("wrong.yaml"), text);
    CommandRun run =
        run(Map.of(), "run", "--policy", policy.toString(), "sh", "-c", ":").endsWith(2);
    assertTrue(run.err().startsWith(policy + ":"), run.err());
  }

  @Test
  void theUsersOwnPolicyIsTakenBeforeTheBuiltInOne() throws Exception {
    assertTrue(run(Map.of(), "run", "sh", "-c", ":").err().contains("policy starter @ "));
    writePolicy(POLICY);
    assertTrue(run(Map.of(), "run", "sh", "-c", ":").err().contains("policy mine @ "));
  }

  @Test
  void everyRunHasAChainOfItsOwn() throws Exception {
    run(Map.of(), "run", "--quiet", "sh", "-c", ":").endsWith(0);
    run(Map.of(), "run", "--quiet", "sh", "-c", ":").endsWith(0);
    try (Stream<Path> files = Files.list(home.resolve("state/sallyport/runs"))) {
      assertEquals(2, files.filter(file -> file.toString().endsWith(".jsonl")).count());
    }
    assertEquals(2, ChainVerifier.verify(home.resolve("state/sallyport/runs")).chains().size());
    assertTrue(ChainVerifier.verify(home.resolve("state/sallyport/runs")).holds());
  }

  /// Runs a JVM that asks for URLs; what it prints is in `out`.
  private CommandRun requests(Map<String, String> environment, List<String> options, String... urls)
      throws Exception {
    Path classes =
        Path.of(RequestingChild.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    String script =
        "exec '%s' -cp '%s' %s %s >'%s' 2>&1"
            .formatted(
                java,
                classes,
                RequestingChild.class.getName(),
                String.join(" ", urls),
                file("out"));
    return run(
        environment,
        Stream.of(Stream.of("run"), options.stream(), Stream.of("--", "sh", "-c", script))
            .flatMap(words -> words)
            .toArray(String[]::new));
  }

  private CommandRun run(Map<String, String> environment, String... args) {
    Map<String, String> all = new HashMap<>(environment);
    all.put("XDG_STATE_HOME", home.resolve("state").toString());
    return CommandRun.of(home, all, Style.PLAIN, args);
  }

  private void writePolicy(String text) throws Exception {
    Path folder = Files.createDirectories(home.resolve(".config/sallyport"));
    Files.writeString(folder.resolve("policy.yaml"), text);
  }

  private Path file(String name) {
    return home.resolve(name);
  }

  private String read(String name) throws Exception {
    return Files.readString(file(name));
  }
}
