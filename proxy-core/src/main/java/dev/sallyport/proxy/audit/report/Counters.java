package dev.sallyport.proxy.audit.report;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What is counted for one row.
final class Counters {
  /// Users that a row names.
  static final int USERS_NAMED = 5;

  private long allowed;
  private long refused;
  private long sent;
  private long received;
  private Instant first = Instant.MAX;
  private Instant last = Instant.MIN;
  private final Set<String> users = new LinkedHashSet<>();

  void decided(Instant at, Timeline.Verdict verdict, String user) {
    switch (verdict) {
      case ALLOWED -> allowed++;
      case REFUSED -> refused++;
    }
    first = at.isBefore(first) ? at : first;
    last = at.isAfter(last) ? at : last;
    if (users.size() < USERS_NAMED) {
      users.add(user);
    }
  }

  /// What was allowed was refused in the end.
  void takenBack() {
    allowed--;
  }

  /// Refusals that have no event each.
  void refused(long times, Instant from, Instant to, String user) {
    decided(from, Timeline.Verdict.REFUSED, user);
    decided(to, Timeline.Verdict.REFUSED, user);
    refused += times - 2;
  }

  void closed(long up, long down) {
    sent += up;
    received += down;
  }

  Report.Traffic traffic() {
    return new Report.Traffic(allowed, refused, sent, received);
  }

  long decisions() {
    return allowed + refused;
  }

  /// Whether all of it was taken back.
  boolean isNothing() {
    return decisions() == 0 && sent == 0 && received == 0;
  }

  long sent() {
    return sent;
  }

  Instant first() {
    return first;
  }

  Instant last() {
    return last;
  }

  List<String> users() {
    return List.copyOf(users);
  }
}
