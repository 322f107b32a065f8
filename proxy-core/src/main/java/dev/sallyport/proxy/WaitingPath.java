package dev.sallyport.proxy;

import dev.sallyport.rules.Reason;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpContent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// An allowed request that waits for its turn, because its client causes events faster than it may.
/// Nothing is read meanwhile; what was read with the head is kept. On the client's event loop.
final class WaitingPath implements RequestPath {
  /// Told once.
  interface Listener {
    /// The turn has come.
    ///
    /// @param body what came of the request's body meanwhile; the taker releases it
    void due(Queue<HttpContent> body);

    /// The client left (`limit-exceeded`, since it was made to wait), or what it sent cannot be
    /// read (`malformed`).
    void gaveUp(Reason reason);
  }

  private final Listener listener;
  private final Queue<HttpContent> body = new ArrayDeque<>(1);
  private final Future<?> alarm;
  private boolean over;

  /// @param wait bounded by whoever asks for it
  WaitingPath(Channel client, Duration wait, Listener listener) {
    this.listener = listener;
    client.config().setAutoRead(false);
    this.alarm = client.eventLoop().schedule(this::due, wait.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void due() {
    if (!over) {
      over = true;
      listener.due(body);
    }
  }

  private void giveUp(Reason reason) {
    if (!over) {
      over = true;
      alarm.cancel(false);
      body.forEach(HttpContent::release);
      body.clear();
      listener.gaveUp(reason);
    }
  }

  @Override
  public void content(HttpContent part) {
    if (over) {
      part.release();
    } else {
      body.add(part);
    }
  }

  @Override
  public void readComplete() {}

  @Override
  public void clientWritable() {}

  @Override
  public void malformed(String why) {
    giveUp(Reason.MALFORMED);
  }

  @Override
  public void clientGone() {
    giveUp(Reason.LIMIT_EXCEEDED);
  }
}
