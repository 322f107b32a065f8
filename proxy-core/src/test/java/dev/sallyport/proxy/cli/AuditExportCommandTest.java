package dev.sallyport.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.proxy.audit.ExportFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Exports of the record of a real gate, and what shows when somebody changes them.
class AuditExportCommandTest {
  @TempDir private Path home = Path.of("");
  private Path log = Path.of("");
  private Path bundle = Path.of("");

  @BeforeEach
  void record() throws IOException {
    log = ExportFixture.write(home.resolve("audit"));
    bundle = home.resolve("bundle");
  }

  private CommandRun export(String... filters) {
    return run("export", log, filters);
  }

  private CommandRun run(String command, Path what, String... more) {
    String[] args = new String[more.length + 3];
    args[0] = "audit";
    args[1] = command;
    args[2] = what.toString();
    System.arraycopy(more, 0, args, 3, more.length);
    return CommandRun.of(home, args);
  }

  @Test
  void aSessionIsExportedWithItsProof() throws IOException {
    CommandRun exported =
        export("--claimed", "job=build", "-o", bundle.toString()).endsWith(ExitCode.OK);
    assertTrue(exported.out().startsWith("3 events exported to " + bundle), exported.out());
    List<String> events = Files.readAllLines(bundle.resolve("events.jsonl"));
    assertEquals(3, events.size());
    assertTrue(
        events.stream().allMatch(line -> line.contains("\"sallyport.claimed.job\":\"build\"")),
        events::toString);
    JsonNode rotate = new ObjectMapper().readTree(bundle.resolve("rotate.json").toFile());
    assertEquals("ci-7", rotate.get("tokens").get(0).asText());
    assertEquals("api.example.com", rotate.get("hosts").get(0).get("host").asText());
    assertEquals(1500, rotate.get("hosts").get(0).get("bytes-sent").asLong());
    assertEquals("evil.example:443", rotate.get("refused").get(0).get("destination").asText());
    JsonNode policies = new ObjectMapper().readTree(bundle.resolve("policies/index.json").toFile());
    assertEquals(1, policies.size());
    String copy = policies.get(0).get("copies").get(0).asText();
    assertEquals(ExportFixture.POLICY, Files.readString(bundle.resolve("policies").resolve(copy)));
    for (String name : List.of("README.md", "rotate.md", "summary.txt", "chain/verify.txt")) {
      assertTrue(Files.size(bundle.resolve(name)) > 0, name);
    }
    CommandRun verified = run("verify", bundle).endsWith(ExitCode.OK);
    assertTrue(verified.out().contains("every event is in the chain"), verified.out());
    assertTrue(verified.out().contains("signed up to"), verified.out());
  }

  @Test
  void whatWasChangedInAnExportShows() throws IOException {
    export("--claimed", "job=build", "-o", bundle.toString()).endsWith(ExitCode.OK);
    Path events = bundle.resolve("events.jsonl");
    String text = Files.readString(events);
    Files.writeString(events, text.replace("evil.example", "good.example"));
    CommandRun changed = run("verify", bundle).endsWith(ExitCode.DOES_NOT_HOLD);
    assertTrue(changed.out().contains("events.jsonl: changed since the export"), changed.out());
    assertTrue(changed.out().contains("holds a line that is not in the chain"), changed.out());
    Files.writeString(events, text);
    Files.delete(bundle.resolve("rotate.md"));
    Files.writeString(bundle.resolve("more"), "x");
    CommandRun missing = run("verify", bundle, "--json").endsWith(ExitCode.DOES_NOT_HOLD);
    assertTrue(missing.out().contains("rotate.md: missing"), missing.out());
    assertTrue(missing.out().contains("more: not of the export"), missing.out());
  }

  @Test
  void aStretchOfTimeInOneFile() throws IOException {
    Path zip = home.resolve("out/bundle.zip");
    export("--from", "2026-11-21", "--to", "2026-11-22", "-o", zip.toString())
        .endsWith(ExitCode.OK);
    try (ZipFile packed = new ZipFile(zip.toFile())) {
      assertTrue(packed.stream().anyMatch(e -> e.getName().equals("bundle/SHA256SUMS")));
      assertTrue(packed.stream().anyMatch(e -> e.getName().equals("bundle/events.jsonl")));
    }
    assertFalse(Files.exists(home.resolve("out/bundle.zip.part")));
    export("--from", "2026-11-21", "-o", zip.toString()).endsWith(ExitCode.UNUSABLE);
  }

  @Test
  void aChangedPolicyIsNoPolicyThatWasInForce() throws IOException {
    Path kept;
    try (Stream<Path> copies = Files.list(home.resolve("audit/policies"))) {
      kept = copies.findFirst().orElseThrow();
    }
    Files.writeString(kept, "sallyport: 1 # another\n");
    export("--user", "ci-7", "-o", bundle.toString()).endsWith(ExitCode.OK);
    String index = Files.readString(bundle.resolve("policies/index.json"));
    assertTrue(index.contains("no copy beside the log has the hash"), index);
    assertFalse(Files.exists(bundle.resolve("policies").resolve(kept.getFileName())));
  }

  @Test
  void nothingIsSaid() {
    export().endsWith(ExitCode.UNUSABLE);
    CommandRun none = export("--session", "x", "-o", bundle.toString());
    none.endsWith(ExitCode.DOES_NOT_HOLD);
    assertEquals("no event fits; nothing was written", none.out().strip());
    assertFalse(Files.exists(bundle));
  }

  @Test
  void aSessionWithAChainOfItsOwnIsNamedByIt() {
    CommandRun whole =
        export("--session", "sallyport", "-o", bundle.toString()).endsWith(ExitCode.OK);
    assertTrue(whole.out().contains(" events exported to "), whole.out());
  }

  @Test
  void theKeyIsPrinted() {
    CommandRun key = run("key", log).endsWith(ExitCode.OK);
    assertTrue(key.out().startsWith("-----BEGIN PUBLIC KEY-----\n"), key.out());
    run("key", home).endsWith(ExitCode.UNUSABLE);
  }
}
