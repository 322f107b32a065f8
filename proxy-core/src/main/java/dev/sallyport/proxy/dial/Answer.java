package dev.sallyport.proxy.dial;

import java.net.InetAddress;
import java.util.List;

/// What became of the question for a host's addresses of one family.
sealed interface Answer {
  /// @param addresses at least one, without names, in the order in which they came
  record Found(List<InetAddress> addresses) implements Answer {
    public Found {
      addresses = List.copyOf(addresses);
    }
  }

  /// There is none, or nobody could say.
  record Absent() implements Answer {}

  /// Nobody answered in time.
  record TimedOut() implements Answer {}
}
