package dev.sallyport.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogCommandTest {
  @TempDir private Path home = Path.of("");

  private CommandRun run(String... args) {
    return CommandRun.of(home, args);
  }

  @Test
  void listNamesEveryPart() throws IOException {
    CommandRun run = run("catalog", "list").endsWith(ExitCode.OK);
    assertTrue(run.out().contains("anthropic/api"), run.out());
    JsonNode json = new ObjectMapper().readTree(run("catalog", "list", "--json").out());
    JsonNode anthropic = json.get(1);
    assertEquals("anthropic", anthropic.get("vendor").asText());
    assertTrue(anthropic.get("parts").get("api").asInt() > 0);
    assertEquals("2026-11-21", anthropic.get("edition").asText());
    assertTrue(run.out().contains("  bedrock/REGION "), run.out());
    assertTrue(run.out().contains("REGION is one of us-east-1, "), run.out());
    assertFalse(run.out().contains("bedrock/us-east-1"), run.out());
  }

  @Test
  void showPrintsFullNamesWithTheirEvidence() throws IOException {
    CommandRun run = run("catalog", "show", "anthropic/api").endsWith(ExitCode.OK);
    assertTrue(run.out().contains("  api.anthropic.com "), run.out());
    assertTrue(run.out().contains("required"), run.out());
    assertTrue(run.out().matches("(?s).*, 20[0-9]{2}-[0-9]{2}-[0-9]{2}\\R.*"), run.out());
    assertFalse(run.out().contains("anthropic/login"), run.out());
    assertTrue(run("catalog", "show", "anthropic").out().contains("anthropic/login"));
    assertTrue(run("catalog", "show").out().contains("github"));
    JsonNode json =
        new ObjectMapper().readTree(run("catalog", "show", "anthropic/api", "--json").out());
    assertEquals("host: api.anthropic.com", json.get(0).get("hosts").asText());
    assertEquals("model", json.get(0).get("class").asText());
  }

  @Test
  void showSaysWhatReadingNeeds() throws IOException {
    CommandRun run = run("catalog", "show", "npm/read").endsWith(ExitCode.OK);
    assertTrue(run.out().contains("where requests are seen, only GET, HEAD\n"), run.out());
    assertTrue(run.out().contains("only POST /-/npm/v1/security/**"), run.out());
    JsonNode json = new ObjectMapper().readTree(run("catalog", "show", "npm/read", "--json").out());
    assertEquals("GET, HEAD", json.get(0).get("requests").get(0).asText());
  }

  @Test
  void aRegionIsShownByItself() {
    CommandRun run = run("catalog", "show", "bedrock/us-east-1").endsWith(ExitCode.OK);
    assertTrue(run.out().contains("  bedrock-runtime.us-east-1.amazonaws.com "), run.out());
    assertFalse(run.out().contains("us-west-2"), run.out());
    CommandRun wrong = run("catalog", "show", "bedrock/us-east-9").endsWith(ExitCode.UNUSABLE);
    assertTrue(wrong.err().contains("did you mean `bedrock/us-east-"), wrong.err());
  }

  @Test
  void whatThereIsNotIsSaid() {
    CommandRun run = run("catalog", "show", "antropic").endsWith(ExitCode.UNUSABLE);
    assertTrue(
        run.err().contains("there is no catalogue `antropic`; did you mean `anthropic`?"),
        run.err());
  }
}
