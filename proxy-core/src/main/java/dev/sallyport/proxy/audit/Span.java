package dev.sallyport.proxy.audit;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/// A stretch of time, by the times that events carry.
public final class Span {
  /// All time.
  public static final Span ALWAYS = new Span(Optional.empty(), Optional.empty());

  private static final byte[] BEFORE = "{\"time\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final int TIME_OCTETS = "2026-11-21T03:46:00.123456Z".length();

  private final Optional<Instant> since;
  private final Optional<Instant> until;
  private final byte[] first;
  private final byte[] end;

  private Span(Optional<Instant> since, Optional<Instant> until) {
    this.since = since;
    this.until = until;
    this.first = octets(since);
    this.end = octets(until);
  }

  /// From one moment up to another, which is no longer in it; empty for no bound on that side.
  public static Span of(Optional<Instant> since, Optional<Instant> until) {
    return new Span(since, until);
  }

  /// The first moment.
  public Optional<Instant> since() {
    return since;
  }

  /// The moment behind the last one.
  public Optional<Instant> until() {
    return until;
  }

  /// Whether a time, as events carry it, lies within.
  public boolean holds(String time) {
    byte[] octets = time.getBytes(StandardCharsets.US_ASCII);
    return octets.length == TIME_OCTETS
        && !isBefore(octets, 0, octets.length)
        && !isBehind(octets, 0, octets.length);
  }

  /// Whether a line is known to lie outside. One whose beginning is not that of an event is not: it
  /// is for the reader to complain about.
  boolean excludes(byte[] octets, int offset, int length) {
    if (first.length == 0 && end.length == 0) {
      return false;
    }
    int from = offset + BEFORE.length;
    int to = from + TIME_OCTETS;
    boolean shaped =
        length > BEFORE.length + TIME_OCTETS
            && Arrays.equals(octets, offset, from, BEFORE, 0, BEFORE.length)
            && octets[to - 1] == 'Z';
    return shaped && (isBefore(octets, from, to) || isBehind(octets, from, to));
  }

  private boolean isBefore(byte[] octets, int from, int to) {
    return first.length > 0 && Arrays.compare(octets, from, to, first, 0, first.length) < 0;
  }

  private boolean isBehind(byte[] octets, int from, int to) {
    return end.length > 0 && Arrays.compare(octets, from, to, end, 0, end.length) >= 0;
  }

  /// Times of events have one length, so that their octets sort as they do.
  private static byte[] octets(Optional<Instant> at) {
    return at.map(moment -> new EventTime().text(moment).getBytes(StandardCharsets.US_ASCII))
        .orElseGet(() -> new byte[0]);
  }
}
