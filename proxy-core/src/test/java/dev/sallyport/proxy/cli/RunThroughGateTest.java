package dev.sallyport.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.identify.TokenFile;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.transport.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `run --gate` in this process, with a gate and real children.
class RunThroughGateTest {
  private static final String POLICY =
      """
      sallyport: 1
      name: central
      classes: {seen: {intercept: true, allow: [seen.example.com]}}
      profiles: {all: {classes: [seen]}}
      assign: [{any: true, profile: all}]
      """;

  @TempDir private Path home = Path.of("");
  @TempDir private Path gateFolder = Path.of("");
  private String token = "";

  @BeforeEach
  void addToken() throws Exception {
    TokenFile tokens = new TokenFile(gateFolder.resolve("t.yaml"));
    token = "laptop:" + tokens.add("laptop", Map.of(), Instant.EPOCH).orElseThrow().reveal();
    Files.writeString(home.resolve("token"), token + "\n");
  }

  private TestGate gate() throws Exception {
    return TestGate.start(
        Transport.best(),
        gateFolder,
        "identity: {tokens: t.yaml, required: true}\nintercept: {authority: memory}\n",
        POLICY);
  }

  private static String url(TestGate gate) {
    return "http://127.0.0.1:" + gate.address().getPort();
  }

  private CommandRun run(Map<String, String> environment, String... args) {
    Map<String, String> all = new HashMap<>(environment);
    all.put("XDG_STATE_HOME", home.resolve("state").toString());
    all.put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
    return CommandRun.of(home, all, Style.PLAIN, args);
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.readAllLines(file);
  }

  @Test
  void theChildHasTheSameEnvironmentAsWithAGateOfItsOwn() throws Exception {
    Path out = home.resolve("out");
    try (TestGate gate = gate()) {
      CommandRun run =
          run(
                  Map.of("SALLYPORT_GATE_TOKEN", token),
                  "run",
                  "--gate",
                  url(gate),
                  "sh",
                  "-c",
                  "env >" + out + "; grep -c BEGIN \"$SSL_CERT_FILE\" >>" + out + "; exit 7")
              .endsWith(7);
      assertTrue(run.err().contains("knows you as `laptop` (token)"), run.err());
      assertTrue(run.err().contains("sallyport: 0 connections through " + url(gate)), run.err());
      assertFalse(run.err().contains(token), run.err());
    }
    List<String> lines = lines(out);
    assertTrue(
        lines.stream().anyMatch(line -> line.startsWith("HTTPS_PROXY=http://127.0.0.1:")),
        lines::toString);
    assertFalse(lines.stream().anyMatch(line -> line.contains("GATE_TOKEN")), lines::toString);
    assertTrue(Integer.parseInt(lines.getLast()) > 0);
    assertFalse(Files.exists(home.resolve("state")), "no record is kept here");
  }

  @Test
  void theTokenMayComeFromAFileAndQuietSaysNothing() throws Exception {
    try (TestGate gate = gate()) {
      CommandRun run =
          run(
                  Map.of(),
                  "run",
                  "--quiet",
                  "--token-file",
                  home.resolve("token").toString(),
                  "--gate",
                  url(gate),
                  "true")
              .endsWith(0);
      assertEquals("", run.err());
    }
  }

  @Test
  void aGateThatDoesNotTakeUsStartsNothing() throws Exception {
    Path out = home.resolve("out");
    try (TestGate gate = gate()) {
      CommandRun run =
          run(
                  Map.of("SALLYPORT_GATE_TOKEN", "laptop:guessed"),
                  "run",
                  "--gate",
                  url(gate),
                  "touch",
                  out.toString())
              .endsWith(3);
      assertTrue(run.err().contains("does not take this token"), run.err());
      assertFalse(Files.exists(out));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--gate nonsense, must begin with",
    "--gate http://gate.example:1 --report, the other gate decides",
    "--gate http://gate.example:1 --intercept, the other gate decides",
    "--gate http://gate.example:1 --token-file /no/such/file, cannot be read",
    "--gate http://gate.example:1 --certificate a.pem, belong together",
    "--gate http://gate.example:1 --certificate a.pem --key b.pem, within TLS only",
    "--gate https://gate.example:1 --certificate a.pem --key b.pem, there is no such file",
    "--token-file x, write `--gate URL` with them",
  })
  void otherUsesAreSaid(String options, String sentence) {
    CommandRun run = run(Map.of(), ("run " + options + " true").split(" ")).endsWith(2);
    String said = run.err().replaceAll("\\s+", " ");
    assertTrue(said.contains(sentence), run.err());
  }

  @Test
  void aTokenThatIsNoneIsSaid() {
    CommandRun run =
        run(
                Map.of("SALLYPORT_GATE_TOKEN", "no-colon"),
                "run",
                "--gate",
                "http://g.example:1",
                "true")
            .endsWith(2);
    assertTrue(run.err().contains("NAME:TOKEN"), run.err());
    assertFalse(run.err().contains("no-colon"), run.err());
  }
}
