package dev.sallyport.proxy.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.metrics.GateMetrics;
import dev.sallyport.rules.Reason;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Refusals beyond the allowance: counted, told of once a second, answered then. On a clock that
/// the test moves.
class RepeatedRefusalsTest {
  /// Refusals that have an event of their own before the others are counted.
  private static final int OWN = 4;

  private final AtomicLong nanos = new AtomicLong();
  private final RecordingAuditLog log = new RecordingAuditLog();
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final Journal journal =
      new Journal(
          log,
          new GateMetrics(),
          Clock.fixed(Samples.AT, ZoneOffset.UTC),
          new EventAllowance(2 * OWN, nanos::get));

  @BeforeEach
  void freeze() {
    channel.freezeTime();
  }

  private Future<Void> refuse(AuditEvent.Decided refused) {
    return journal.decided(
        refused.subject(), refused.decision(), OptionalInt.of(403), channel.eventLoop());
  }

  private void pass(long millis) {
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    channel.runPendingTasks();
    channel.runScheduledPendingTasks();
  }

  private List<Map<String, Object>> repeated() {
    return log.events().stream()
        .filter(AuditEvent.Administrative.class::isInstance)
        .map(AuditEvent.Administrative.class::cast)
        .filter(event -> event.kind() == AuditEvent.Kind.REPEATED)
        .map(AuditEvent.Administrative::details)
        .toList();
  }

  private static Object field(Map<String, Object> details, String name) {
    return details.getOrDefault(name, "absent");
  }

  @Test
  void beyondTheAllowanceTheyAreCountedAndAnsweredWithinASecond() {
    for (int i = 0; i < OWN; i++) {
      assertTrue(refuse(Samples.refused()).isSuccess());
    }
    Future<Void> counted = refuse(Samples.refused());
    for (int i = 0; i < 99; i++) {
      refuse(Samples.decided("paste.example", 443));
    }
    assertFalse(counted.isDone());
    assertEquals(OWN, log.events().size());
    pass(999);
    assertFalse(counted.isDone());
    pass(1);
    assertTrue(counted.isSuccess());
    assertEquals(OWN + 1, log.events().size());
    Map<String, Object> told = repeated().getFirst();
    assertEquals("198.51.100.9", field(told, "client.address"));
    assertEquals("ci-7", field(told, "user.name"));
    assertEquals(100L, field(told, "sallyport.repeated.count"));
    assertEquals(List.of("not-listed 100"), field(told, "sallyport.repeated.reasons"));
    assertEquals(Samples.CONNECTION, field(told, "sallyport.repeated.connection"));
    assertEquals(
        List.of("evil.example:443", "paste.example:443"),
        field(told, "sallyport.repeated.destinations"));
  }

  @Test
  void theAnswersComeEvenlyOverTheNextSecond() {
    List<Future<Void>> counted = new ArrayList<>();
    for (int i = 0; i < OWN + 64; i++) {
      counted.add(refuse(Samples.refused()));
    }
    counted.subList(0, OWN).clear();
    pass(1000);
    for (int tenth = 0; tenth < 10; tenth++) {
      long answered = counted.stream().filter(Future::isDone).count();
      assertEquals(64 * tenth / 10 + 1, answered, "after " + tenth + " tenths of a second");
      pass(100);
    }
    assertTrue(counted.stream().allMatch(Future::isSuccess));
  }

  @Test
  void atTheEndAllAreAnsweredAtOnce() {
    List<Future<Void>> all = new ArrayList<>();
    for (int i = 0; i < OWN + 64; i++) {
      all.add(refuse(Samples.refused()));
    }
    journal.tellRepeated(channel.eventLoop());
    channel.runPendingTasks();
    assertTrue(all.stream().allMatch(Future::isSuccess));
  }

  @Test
  void everySecondHasOneEvent() {
    for (int second = 0; second < 10; second++) {
      for (int i = 0; i < 1000; i++) {
        refuse(Samples.refused());
      }
      pass(1000);
    }
    assertEquals(10, repeated().size());
    assertTrue(log.events().size() <= 10 * (2 * OWN + 1), () -> log.events().size() + " events");
    long told =
        repeated().stream().mapToLong(e -> (Long) field(e, "sallyport.repeated.count")).sum();
    int own = log.events().size() - repeated().size();
    assertEquals(10_000, told + own);
  }

  @Test
  void eachClientHasItsOwn() {
    AuditEvent.Decided other = Samples.malformed();
    for (int i = 0; i < OWN + 1; i++) {
      refuse(Samples.refused());
      refuse(other);
    }
    pass(1000);
    assertEquals(2, repeated().size());
    assertEquals(
        List.of(List.of("not-listed 1"), List.of("malformed 1")),
        repeated().stream()
            .map(event -> field(event, "sallyport.repeated.reasons"))
            .sorted((a, b) -> b.toString().compareTo(a.toString()))
            .toList());
  }

  @Test
  void whatIsAllowedIsNeverCountedOnly() {
    for (int i = 0; i < OWN + 1; i++) {
      refuse(Samples.refused());
    }
    for (int i = 0; i < 100; i++) {
      assertTrue(refuse(Samples.allowed()).isSuccess());
    }
    assertEquals(OWN + 100, log.events().size());
  }

  @Test
  void theLastOnesAreToldOfBeforeTheEnd() {
    for (int i = 0; i < OWN + 3; i++) {
      refuse(Samples.refused());
    }
    journal.tellRepeated(channel.eventLoop());
    assertEquals(3L, field(repeated().getFirst(), "sallyport.repeated.count"));
    pass(1000);
    assertEquals(1, repeated().size());
  }

  @Test
  void whatItHoldsIsBounded() {
    for (int i = 0; i < 1000; i++) {
      refuse(Samples.decided("host" + i + ".example", 443));
    }
    pass(1000);
    assertEquals(
        RepeatedRefusals.MAX_DESTINATIONS,
        ((List<?>) field(repeated().getFirst(), "sallyport.repeated.destinations")).size());
  }

  @Test
  void theSummaryCountsThem() {
    AuditEvent.Administrative event = Samples.repeated();
    Chain chain = new Chain(ChainHead.NONE);
    chain.add(event);
    byte[] line =
        StandardCharsets.UTF_8.decode(chain.lines()).toString().getBytes(StandardCharsets.UTF_8);
    SessionSummary summary =
        SessionSummary.of(List.of(RecordedEvent.parse(line, 0, line.length).orElseThrow()));
    assertEquals(3, summary.refused());
    assertEquals(Reason.NOT_LISTED.code(), summary.refusals().getFirst().reason());
  }
}
