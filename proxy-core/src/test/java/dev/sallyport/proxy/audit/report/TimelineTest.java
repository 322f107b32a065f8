package dev.sallyport.proxy.audit.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimelineTest {
  private static final Instant START = Instant.parse("2026-11-21T00:00:00Z");

  private final Timeline timeline = new Timeline();

  private void add(Duration after, Timeline.Verdict verdict) {
    timeline.add(START.plus(after), verdict);
  }

  @Test
  void nothingHasNoStretches() {
    assertEquals(List.of(), timeline.buckets());
  }

  @Test
  void emptyStretchesAreThereToo() {
    add(Duration.ZERO, Timeline.Verdict.ALLOWED);
    add(Duration.ofSeconds(150), Timeline.Verdict.REFUSED);
    add(Duration.ofSeconds(179), Timeline.Verdict.REFUSED);
    Duration minute = Duration.ofMinutes(1);
    assertEquals(
        List.of(
            new Report.Bucket(START, minute, 1, 0),
            new Report.Bucket(START.plusSeconds(60), minute, 0, 0),
            new Report.Bucket(START.plusSeconds(120), minute, 0, 2)),
        timeline.buckets());
  }

  @ParameterizedTest
  @CsvSource({"59, 1", "60, 5", "299, 5", "300, 15", "3600, 180", "86400, 10080", "900000, 20160"})
  void stretchesGrowWithTheTime(long minutes, long length) {
    for (long at = 0; at <= minutes; at += Math.max(1, minutes / 1000)) {
      add(Duration.ofMinutes(at), Timeline.Verdict.ALLOWED);
    }
    add(Duration.ofMinutes(minutes), Timeline.Verdict.REFUSED);
    List<Report.Bucket> buckets = timeline.buckets();
    assertTrue(buckets.size() <= Timeline.MAX_BUCKETS, "" + buckets.size());
    assertEquals(length, buckets.getFirst().length().toMinutes());
    assertEquals(1, buckets.stream().mapToLong(Report.Bucket::refused).sum());
    assertTrue(buckets.stream().mapToLong(Report.Bucket::allowed).sum() >= Math.min(60, minutes));
  }

  @Test
  void timesMayGoBack() {
    add(Duration.ofHours(1), Timeline.Verdict.ALLOWED);
    add(Duration.ZERO, Timeline.Verdict.ALLOWED);
    assertEquals(START, timeline.buckets().getFirst().from());
    assertEquals(2, timeline.buckets().stream().mapToLong(Report.Bucket::allowed).sum());
  }
}
