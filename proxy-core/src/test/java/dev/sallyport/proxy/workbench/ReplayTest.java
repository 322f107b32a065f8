package dev.sallyport.proxy.workbench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.Policy;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.PolicyLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayTest {
  private static final int MANY = 1_000_000;

  @TempDir private Path folder = Path.of("");

  private static Policy policy() throws LoadException {
    return PolicyLoader.load(
        "policy.yaml",
        """
        sallyport: 1
        name: acme
        classes:
          docs: {allow: [b.test, {subdomains-of: many.test}]}
        profiles:
          dev: {classes: [docs]}
        assign:
          - {token: "ci-*", profile: dev}
          - {anonymous: true, listener: main, profile: dev}
        """);
  }

  @Test
  void groupsWhatTurnsOutOtherwise() throws IOException, LoadException {
    try (PastLog log = PastLog.in(folder)) {
      log.decided("ci-1", "a.test", 443, "allow", "listed")
          .decided("ci-2", "a.test", 443, "allow", "listed")
          .decided("ci-1", "b.test", 443, "deny", "not-listed")
          .decided("ci-1", "b.test", 443, "allow", "listed")
          .decided("other", "b.test", 443, "allow", "listed")
          .decided("", "b.test", 443, "allow", "listed")
          // Not the policy's matter, and no decision.
          .decided("ci-1", "a.test", 443, "deny", "sni-mismatch")
          .closed("ci-1", "a.test", 443, 1, 1);
    }
    Replay.Report report = Replay.of(folder.resolve("sallyport.jsonl"), policy());
    assertEquals(6, report.judged());
    assertEquals(0, report.undetermined());
    assertEquals(3, report.closed());
    assertEquals(1, report.opened());
    Replay.Group first = report.flips().getFirst();
    assertEquals(
        new Replay.Flip(
            "https://a.test", "allow (listed)", "deny (not-listed)", Replay.Turn.CLOSES),
        first.flip());
    assertEquals(2, first.tally().times());
    assertEquals(PastLog.START, first.tally().first());
    assertEquals(PastLog.START.plusSeconds(1), first.tally().last());
    assertEquals(List.of("ci-1", "ci-2"), List.copyOf(first.tally().clients()));
    assertTrue(
        report.flips().stream().anyMatch(group -> group.flip().is().equals("deny (unassigned)")));
  }

  @Test
  void whatTheLogDoesNotTellIsUndetermined() throws IOException, LoadException {
    try (PastLog log = PastLog.in(folder)) {
      log.decided("ci-1", "not a host", 443, "allow", "listed")
          .decided("ci-1", "b.test", 0, "allow", "listed")
          .decided("ci-1\\u001b[2J", "b.test", 443, "allow", "listed")
          .decided("ci-1", "b.test", 443, "allow", "listed");
    }
    Replay.Report report = Replay.of(folder, policy());
    assertEquals(1, report.judged());
    assertEquals(3, report.undetermined());
    assertEquals(List.of(), report.flips());
  }

  @Test
  void aMillionEventsTakeBoundedMemory() throws IOException, LoadException {
    long closed = 0;
    try (PastLog log = PastLog.in(folder)) {
      for (int i = 0; i < MANY; i++) {
        // More destinations than are told apart.
        boolean stays = i % 3 == 0;
        String host = stays ? "h" + i % 100 + ".many.test" : "h" + i % 25_000 + ".gone.test";
        log.decided("ci-" + i % 500, host, 443, "allow", "listed");
        closed += stays ? 0 : 1;
      }
    }
    Replay.Report report = Replay.of(folder, policy());
    assertEquals(MANY, report.judged());
    assertEquals(closed, report.closed());
    assertEquals(Replay.MAX_FLIPS + 1, report.flips().size());
    assertEquals(Replay.OTHERS, report.flips().getFirst().flip().destination());
    System.gc();
    long used = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    assertTrue(used < 300L * 1024 * 1024, () -> used + " octets are in use");
  }
}
