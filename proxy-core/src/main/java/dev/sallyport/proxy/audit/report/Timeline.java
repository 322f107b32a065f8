package dev.sallyport.proxy.audit.report;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Counts decisions over time in a bounded number of equal stretches, which grow when the time does
/// not fit into them any more. Events may come in any order.
final class Timeline {
  /// Stretches at most.
  static final int MAX_BUCKETS = 60;

  /// Lengths in minutes, each a multiple of the one before, so that stretches can be joined.
  private static final long[] MINUTES = {1, 5, 15, 60, 180, 360, 720, 1440, 10_080};

  private static final int SECONDS = 60;

  private TreeMap<Long, long[]> counts = new TreeMap<>();
  private int step;
  private long minutes = MINUTES[0];

  void add(Instant at, Verdict verdict) {
    add(at, verdict, 1);
  }

  /// @param times less than 0 to take back what was counted
  void add(Instant at, Verdict verdict, long times) {
    count(counts, index(at), verdict.ordinal(), times);
    while (counts.lastKey() - counts.firstKey() >= MAX_BUCKETS) {
      widen();
    }
  }

  private void widen() {
    step++;
    long wider = step < MINUTES.length ? MINUTES[step] : minutes * 2;
    long factor = wider / minutes;
    TreeMap<Long, long[]> joined = new TreeMap<>();
    counts.forEach(
        (index, both) -> {
          for (int verdict = 0; verdict < both.length; verdict++) {
            count(joined, Math.floorDiv(index, factor), verdict, both[verdict]);
          }
        });
    counts = joined;
    minutes = wider;
  }

  /// Every stretch from the first to the last, the empty ones too.
  List<Report.Bucket> buckets() {
    List<Report.Bucket> buckets = new ArrayList<>();
    if (counts.isEmpty()) {
      return buckets;
    }
    for (long index = counts.firstKey(); index <= counts.lastKey(); index++) {
      long[] both = counts.getOrDefault(index, new long[Verdict.values().length]);
      buckets.add(
          new Report.Bucket(
              Instant.ofEpochSecond(index * minutes * SECONDS),
              Duration.ofMinutes(minutes),
              both[Verdict.ALLOWED.ordinal()],
              both[Verdict.REFUSED.ordinal()]));
    }
    return buckets;
  }

  private long index(Instant at) {
    return Math.floorDiv(at.getEpochSecond(), minutes * SECONDS);
  }

  private static void count(Map<Long, long[]> into, long index, int verdict, long times) {
    into.computeIfAbsent(index, _ -> new long[Verdict.values().length])[verdict] += times;
  }

  /// The two sorts of decisions.
  enum Verdict {
    ALLOWED,
    REFUSED
  }
}
