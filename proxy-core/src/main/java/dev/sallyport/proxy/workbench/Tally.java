package dev.sallyport.proxy.workbench;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/// How often something was seen, from when to when, and by whom; in bounded memory. For one thread.
public final class Tally {
  /// Clients remembered by name.
  static final int MAX_CLIENTS = 100;

  private final SortedSet<String> clients = new TreeSet<>();
  private long times;
  private Instant first = Instant.MAX;
  private Instant last = Instant.MIN;

  void add(Instant at, String client) {
    times++;
    first = at.isBefore(first) ? at : first;
    last = at.isAfter(last) ? at : last;
    if (clients.size() < MAX_CLIENTS) {
      clients.add(client);
    }
  }

  /// How often.
  public long times() {
    return times;
  }

  /// The first time.
  public Instant first() {
    return first;
  }

  /// The last time.
  public Instant last() {
    return last;
  }

  /// By whom, by name, [#MAX_CLIENTS] at most.
  public SortedSet<String> clients() {
    return Collections.unmodifiableSortedSet(clients);
  }
}
