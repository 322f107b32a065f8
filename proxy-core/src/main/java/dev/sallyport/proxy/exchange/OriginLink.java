package dev.sallyport.proxy.exchange;

import dev.sallyport.proxy.wire.Malformed;
import io.netty.channel.Channel;

/// A connection to an origin: one request at a time, its answer handed to whoever asked. On its
/// event loop.
public interface OriginLink {
  /// Takes what comes from the origin, on the event loop.
  interface Reader {
    /// `HttpResponse`, `HttpContent` or [Malformed]; the taker releases it.
    void message(Object message);

    /// What was read together is handed over.
    void readComplete();

    /// The origin's side is writable again.
    void writable();

    /// The connection is gone.
    void closed();
  }

  /// What carries the next request, or the one in flight.
  Channel channel();

  /// Whether a further request can be sent.
  boolean isOpen();

  /// Whether a parent proxy answers on it.
  boolean isThroughParent();

  /// Whether a request was answered on it before.
  boolean isReused();

  /// Octets written so far.
  long sent();

  /// Octets read so far.
  long received();

  /// Sends a request's head.
  void begin(UpstreamRequest request, Reader reader);

  /// Lets the answer behind an interim one come.
  void nextAnswer();

  /// Writes a part of the request; a failed write closes the connection, which the reader hears of.
  void write(Object part);

  /// Gives the connection back: nobody reads from it any more.
  void release();

  /// Leaves HTTP behind a 101: the channel carries octets from now on, and what came behind the
  /// head waits for [#deliver].
  void leaveHttp();

  /// Hands the octets that came behind the head to whoever takes them in the pipeline now.
  void deliver();

  void close();
}
