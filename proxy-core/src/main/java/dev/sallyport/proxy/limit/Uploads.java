package dev.sallyport.proxy.limit;

import dev.sallyport.rules.TrafficClass;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// What one client connection has sent up, class by class (`upload-limit`). Its tunnel and all its
/// requests count together. On the event loop of the client.
public final class Uploads {
  private final Map<TrafficClass, Count> counts = new HashMap<>(2);

  /// The counter of a class with the limit of the entry that allows what is sent.
  ///
  /// @param name empty for a host that no entry names, which no limit is for
  /// @param limit octets; empty when the entry has none
  public Upload of(Optional<TrafficClass> name, Optional<Long> limit) {
    Count count =
        name.map(one -> counts.computeIfAbsent(one, key -> new Count())).orElseGet(Count::new);
    return new Upload(count, limit.orElse(Long.MAX_VALUE));
  }

  /// A counter without limit that nobody else counts with.
  public static Upload unlimited() {
    return new Upload(new Count(), Long.MAX_VALUE);
  }

  private static final class Count {
    private long octets;
  }

  /// Counts what a tunnel or a request sends up.
  public static final class Upload {
    private final Count count;
    private final long limit;

    private Upload(Count count, long limit) {
      this.count = count;
      this.limit = limit;
    }

    /// Whether so many octets more stay within the limit.
    public boolean hasRoomFor(long octets) {
      return limit == Long.MAX_VALUE || octets <= limit - count.octets;
    }

    /// Counts octets that are about to go up. False when they would pass the limit: none of them
    /// may go then.
    public boolean take(long octets) {
      boolean room = hasRoomFor(octets);
      if (room) {
        count.octets += octets;
      }
      return room;
    }
  }
}
