package dev.sallyport.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.audit.GeneratedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuditQueryCommandTest {
  private static final int EVENTS = 2000;

  @TempDir private Path home = Path.of("");
  private Path log = Path.of("");
  private final List<GeneratedLog.Fact> facts = new ArrayList<>();

  @BeforeEach
  void writeALog() throws IOException {
    log = home.resolve("sallyport.jsonl");
    GeneratedLog.write(log, EVENTS, 5, 30, facts::add);
  }

  private CommandRun query(String... filters) {
    List<String> args = new ArrayList<>(List.of("audit", "query", log.toString()));
    args.addAll(List.of(filters));
    return CommandRun.of(home, args.toArray(String[]::new));
  }

  private List<String> lines(Predicate<GeneratedLog.Fact> filter) {
    return facts.stream().filter(filter).map(fact -> fact.line().strip()).toList();
  }

  private void gives(Predicate<GeneratedLog.Fact> expected, String... filters) {
    List<String> args = new ArrayList<>(List.of(filters));
    args.add("--json");
    CommandRun run = query(args.toArray(String[]::new)).endsWith(ExitCode.OK);
    assertTrue(!run.out().isEmpty());
    assertEquals(lines(expected), run.out().lines().toList());
  }

  @Test
  void everyFilterDoesWhatItSays() {
    gives(fact -> true);
    gives(fact -> fact.allowed() && fact.trafficClass().equals("model"), "--class", "model");
    gives(
        fact -> fact.user().equals("user-1") || fact.user().equals("user-2"),
        "--user",
        "user-1",
        "--user=user-2");
    gives(fact -> fact.host().equals("host-3.example.com"), "--host", "host-3.example.com");
    gives(fact -> true, "--host", ".example.com");
    gives(fact -> !fact.allowed(), "--decision", "deny");
    gives(fact -> fact.reason().equals("denied"), "--reason", "denied");
    gives(fact -> true, "--label", "repository=acme/shop");
    gives(
        fact -> fact.sent() > 50 * 1024 && !fact.user().equals("user-0"),
        "--where",
        "sent > 50KiB and not user = user-0");
    gives(
        fact -> fact.seq() >= 100 && fact.seq() < 200,
        "--since",
        GeneratedLog.START.plusSeconds(100).toString(),
        "--until",
        GeneratedLog.START.plusSeconds(200).toString());
  }

  @Test
  void theLimitStops() {
    assertEquals(
        lines(fact -> !fact.allowed()).subList(0, 3),
        query("--json", "--decision", "deny", "--limit", "3").out().lines().toList());
    assertEquals("", query("--json", "--limit", "0").endsWith(ExitCode.OK).out());
  }

  @Test
  void theTableAndCsvHaveAHeader() {
    assertEquals(4, query("--limit", "3").out().lines().count());
    assertTrue(query("--limit", "1").out().startsWith("TIME "));
    CommandRun csv = query("--csv", "--limit", "3").endsWith(ExitCode.OK);
    assertTrue(csv.out().startsWith("time,sallyport.seq,"), csv.out());
    assertEquals(4, csv.out().split("\r\n", -1).length - 1);
  }

  @Test
  void linesThatAreNoEventsAreSaidAndTheRestIsPrinted() throws IOException {
    Files.writeString(log, "nonsense\n".repeat(5), StandardOpenOption.APPEND);
    CommandRun run = query("--json").endsWith(ExitCode.DOES_NOT_HOLD);
    assertEquals(EVENTS, run.out().lines().count());
    assertEquals(4, run.err().lines().count(), run.err());
    assertTrue(run.err().contains("sallyport.jsonl:2001: not an audit event"), run.err());
    assertTrue(run.err().contains("and 2 more lines"), run.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--since|tusday|`--since`: `tusday` is no time",
        "--until|3q|`--until`: `3q` is no time",
        "--where|clas = x|character 1, in `clas = x`: there is no field `clas`; did you mean"
            + " `class`?",
        "--label|x|`--label` expects NAME=VALUE",
        "--limit|-1|`--limit` is a number of 0 or more"
      })
  void whatCannotBeUnderstoodIsSaid(String option, String value, String said) {
    CommandRun run = query(option, value).endsWith(ExitCode.UNUSABLE);
    assertEquals("", run.out());
    assertTrue(run.err().contains(said), run.err());
  }

  @Test
  void aSpanThatEndsBeforeItBeginsIsSaid() {
    CommandRun run = query("--since", "1h", "--until", "2h").endsWith(ExitCode.UNUSABLE);
    assertTrue(run.err().contains("is not behind `--since`"), run.err());
  }

  @Test
  void aMissingLogIsSaid() {
    CommandRun run =
        CommandRun.of(home, "audit", "query", home.resolve("no").toString())
            .endsWith(ExitCode.UNUSABLE);
    assertTrue(run.err().contains("there is no audit log at"), run.err());
  }
}
