package dev.sallyport.proxy.audit;

import java.util.Locale;
import java.util.Optional;

/// The sessions that an event belongs to.
///
/// @param own the gate's own name for the session; empty for who proved nothing
/// @param named the session of the client's own: a claim, on which nothing hangs
public record InSession(Optional<String> own, Optional<Named> named) {
  /// None that is known.
  public static final InSession NONE = new InSession(Optional.empty(), Optional.empty());

  /// What a client calls its session, and how the event came by it.
  public record Named(String id, Joined how) {}

  /// How an event was joined with the session of its client, the surest first.
  public enum Joined {
    /// Its request named it.
    HEADER,
    /// Another request on its connection did, and none there named another.
    CONNECTION,
    /// Another request of the same session of the gate's did not long ago, and none named another.
    SESSION;

    /// The word in events.
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
