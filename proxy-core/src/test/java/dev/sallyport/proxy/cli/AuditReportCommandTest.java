package dev.sallyport.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.proxy.audit.GeneratedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Holds reports against counts that this test makes on its own. With a million events: `mvn test
/// -pl proxy-core -am -Dtest=AuditReportCommandTest -Dsurefire.failIfNoSpecifiedTests=false
/// -Dsallyport.test.events=1000000`.
class AuditReportCommandTest {
  private static final long EVENTS = Long.getLong("sallyport.test.events", 200_000);
  private static final String HEAP = "-Xmx128m";
  private static final int ROWS = 10_000;

  @TempDir private Path home = Path.of("");

  private final Map<String, long[]> classes = new TreeMap<>();
  private final Map<String, long[]> users = new TreeMap<>();
  private final Map<String, Long> refusals = new TreeMap<>();
  private final Map<String, long[]> uses = new TreeMap<>();
  private long events;

  private void count(GeneratedLog.Fact fact) {
    events++;
    String name = fact.allowed() ? fact.trafficClass() : "-";
    count(classes, name, fact);
    count(users, fact.user(), fact);
    if (fact.allowed()) {
      count(uses, fact.user() + " " + name + " " + fact.host(), fact);
    } else {
      refusals.merge(fact.host() + ":443 " + fact.reason(), 1L, Long::sum);
    }
  }

  /// Allowed, refused, sent, received.
  private static void count(Map<String, long[]> into, String key, GeneratedLog.Fact fact) {
    long[] numbers = into.computeIfAbsent(key, _ -> new long[4]);
    if (!fact.close()) {
      numbers[fact.allowed() ? 0 : 1]++;
    }
    numbers[2] += fact.sent();
    numbers[3] += fact.received();
  }

  private static long[] numbers(JsonNode row) {
    return new long[] {
      row.get("allowed").asLong(),
      row.get("refused").asLong(),
      row.get("bytes-sent").asLong(),
      row.get("bytes-received").asLong()
    };
  }

  private static void assertSame(Map<String, long[]> expected, JsonNode rows, String... names) {
    Map<String, String> found = new TreeMap<>();
    for (JsonNode row : rows) {
      List<String> key = new ArrayList<>();
      for (String name : names) {
        key.add(row.get(name).asText());
      }
      found.put(String.join(" ", key), List.of(boxed(numbers(row))).toString());
    }
    Map<String, String> texts = new TreeMap<>();
    expected.forEach((key, numbers) -> texts.put(key, List.of(boxed(numbers)).toString()));
    assertEquals(texts, found);
  }

  private static Long[] boxed(long[] numbers) {
    return Arrays.stream(numbers).boxed().toArray(Long[]::new);
  }

  /// The report of the log, made by a program that may use little memory.
  private JsonNode reported(Path log) throws IOException, InterruptedException {
    Path out = home.resolve("report.json");
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "audit",
                "report",
                "--json",
                log.toString())
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertTrue(program.waitFor(10, TimeUnit.MINUTES));
      assertEquals(ExitCode.OK, program.exitValue());
    } finally {
      program.destroyForcibly();
    }
    return new ObjectMapper().readTree(out.toFile());
  }

  @Test
  @Timeout(900)
  void theFiguresOfALargeLogAreRightInLittleMemory() throws Exception {
    Path log = home.resolve("sallyport.jsonl");
    GeneratedLog.write(log, EVENTS, 20, 300, this::count);
    JsonNode report = reported(log);
    assertEquals(EVENTS, events);
    assertSame(classes, report.get("classes"), "class");
    assertSame(users, report.get("talkers"), "user");
    assertSame(uses, report.get("uses"), "user", "class", "host");
    Map<String, Long> found = new TreeMap<>();
    for (JsonNode row : report.get("refusals")) {
      found.put(
          row.get("destination").asText() + " " + row.get("reason").asText(),
          row.get("times").asLong());
      assertEquals("policy.yaml:12", row.get("rule").asText());
    }
    assertEquals(refusals, found);
    long decisions = 0;
    for (JsonNode bucket : report.get("decisions-over-time")) {
      decisions += bucket.get("allowed").asLong() + bucket.get("refused").asLong();
    }
    long[] total = numbers(report.get("total"));
    assertEquals(total[0] + total[1], decisions);
    assertEquals(refusals.values().stream().mapToLong(Long::longValue).sum(), total[1]);
  }

  @Test
  @Timeout(900)
  void inventedHostsFillATableAndNotTheMemory() throws Exception {
    Path log = home.resolve("sallyport.jsonl");
    GeneratedLog.write(log, EVENTS / 2, 1000, Integer.MAX_VALUE, this::count);
    JsonNode report = reported(log);
    JsonNode rows = report.get("uses");
    assertEquals(ROWS + 1, rows.size());
    assertEquals("(others)", rows.get(ROWS).get("host").asText());
    long allowed = 0;
    for (JsonNode row : rows) {
      allowed += row.get("allowed").asLong();
    }
    assertEquals(report.get("total").get("allowed").asLong(), allowed);
  }

  @Test
  void aPageIsWritten() throws IOException {
    Path log = home.resolve("sallyport.jsonl");
    Path page = home.resolve("report.html");
    GeneratedLog.write(log, 500, 5, 30, fact -> {});
    CommandRun run =
        CommandRun.of(
                home,
                "audit",
                "report",
                log.toString(),
                "--html",
                page.toString(),
                "--since",
                GeneratedLog.START.plusSeconds(250).toString(),
                "--until",
                GeneratedLog.START.plusSeconds(600).toString())
            .endsWith(ExitCode.OK);
    assertEquals("written to " + page, run.out().strip());
    assertTrue(Files.readString(page).contains("<h2>New destinations since the period from "));
    CommandRun.of(
            home, "audit", "report", log.toString(), "--html", home.resolve("no/x").toString())
        .endsWith(ExitCode.UNUSABLE);
  }

  @Test
  void theTextHasEveryTable() throws IOException {
    Path log = home.resolve("sallyport.jsonl");
    GeneratedLog.write(log, 500, 5, 30, fact -> {});
    CommandRun run = CommandRun.of(home, "audit", "report", log.toString()).endsWith(ExitCode.OK);
    for (String title :
        List.of(
            "Who went where for what",
            "Refused",
            "Exceptions used",
            "Classes",
            "Top talkers",
            "The gate's own events")) {
      assertTrue(run.out().lines().anyMatch(title::equals), title);
    }
    assertFalse(run.out().contains("New destinations"), run.out());
    assertTrue(run.out().contains("more rows; `--json` has all"), run.out());
  }

  @Test
  void theMarkdownIsPrinted() throws IOException {
    Path log = home.resolve("sallyport.jsonl");
    GeneratedLog.write(log, 500, 5, 30, fact -> {});
    CommandRun run =
        CommandRun.of(home, "audit", "report", log.toString(), "--markdown").endsWith(ExitCode.OK);
    assertTrue(run.out().startsWith("## What left through Sallyport\n"), run.out());
    assertTrue(run.out().contains("\n| user | class | host | allowed | up | down |\n"), run.out());
  }
}
