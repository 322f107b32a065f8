package dev.sallyport.proxy;

import dev.sallyport.proxy.accept.Handshakes;
import dev.sallyport.proxy.limit.OctetBudget;
import dev.sallyport.proxy.limit.Uploads;
import dev.sallyport.proxy.metrics.ConnectionLimit;
import dev.sallyport.proxy.stage.Accepted;
import org.jspecify.annotations.Nullable;

/// What the client's ends of all protocols have alike: what bounds one (docs/limits.md), and what
/// its request in flight has become. On the client's event loop.
final class ClientEnd {
  private final GateParts parts;
  private final Accepted accepted;
  private final OctetBudget.Share share;
  private final Uploads uploads;
  private RequestPath current = Unheeding.NONE;
  private Handshakes.@Nullable Begun settingUp;
  private long held;

  /// @param uploads of its connection, which it may share with others
  ClientEnd(GateParts parts, Accepted accepted, Uploads uploads) {
    this.parts = parts;
    this.accepted = accepted;
    this.share = parts.budget().of(accepted.client().getAddress());
    this.uploads = uploads;
  }

  /// What the client may leave waiting.
  OctetBudget.Share share() {
    return share;
  }

  /// What the client has sent up on its connection.
  Uploads uploads() {
    return uploads;
  }

  /// What takes the parts of the request in flight.
  RequestPath current() {
    return current;
  }

  /// Whether no request is in flight.
  boolean isIdle() {
    return current.equals(Unheeding.NONE);
  }

  void become(RequestPath next) {
    current = next;
  }

  /// The request in flight was answered.
  void rest() {
    current = Unheeding.NONE;
  }

  /// A request has begun to come; false where too much is being set up already.
  boolean begin() {
    return switch (parts.handshakes().begin(accepted.client().getAddress())) {
      case Handshakes.Begun one -> {
        settingUp = one;
        yield true;
      }
      case Handshakes.Full(ConnectionLimit limit) -> {
        parts.metrics().connectionRefused(limit);
        yield false;
      }
    };
  }

  /// The request is refused, or has what it needs.
  void isSetUp() {
    if (settingUp != null) {
      settingUp.end();
      settingUp = null;
    }
  }

  /// Counts what is held of heads, and of what follows them, to the client's share.
  ///
  /// @return false when there is no room for it, which is for the caller to act on
  boolean holds(long octets) {
    boolean fits = share.change(held, octets);
    held = fits ? octets : held;
    return fits;
  }

  /// Its handler leaves the pipeline: the connection ended, or has become a tunnel, or says
  /// farewell.
  void leave() {
    share.change(held, 0);
    held = 0;
    if (!current.outlivesHttp()) {
      isSetUp();
    }
  }
}
