package dev.sallyport.proxy.limit;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;

/// Back-pressure of one direction of a transfer: the channel that is read from stops while the one
/// that is written to is full, and what waits there counts to the client's share. On the event loop
/// of both channels.
public final class Backlog {
  private final OctetBudget.Share share;
  private final Channel to;
  private long held;

  /// @param to the channel that is written to
  public Backlog(OctetBudget.Share share, Channel to) {
    this.share = share;
    this.to = to;
  }

  /// To be called when something was written. Stops reading where the other side does not keep up,
  /// at once: a read loop goes on for many reads otherwise. False when the client's share is used
  /// up; the transfer must end then.
  public boolean written(Channel from) {
    if (to.isWritable()) {
      return true;
    }
    to.flush();
    long waiting = to.bytesBeforeWritable();
    // A channel whose output is closed holds nothing, and Netty says of it that no number of octets
    // is enough.
    if (to.isWritable() || waiting == Long.MAX_VALUE) {
      return true;
    }
    from.config().setAutoRead(false);
    return hold(waiting + ChannelBounds.LOW_OCTETS);
  }

  /// What was written has gone out, and reading goes on.
  public void drained(Channel from) {
    hold(0);
    from.config().setAutoRead(true);
  }

  /// The transfer is over. What is still on its way counts until it has gone out or is dropped.
  public void end() {
    if (held > 0) {
      to.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(gone -> hold(0));
    }
  }

  private boolean hold(long octets) {
    boolean granted = share.change(held, octets);
    if (granted) {
      held = octets;
    }
    return granted;
  }
}
