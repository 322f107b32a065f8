package dev.sallyport.proxy;

import dev.sallyport.proxy.limit.OctetBudget;
import dev.sallyport.proxy.limit.Uploads;
import dev.sallyport.rules.Reason;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.FullHttpResponse;

/// The client's end of one request: a connection of HTTP/1.1, or a stream of HTTP/2. On its event
/// loop.
interface Downstream {
  /// Takes `HttpResponse` and `HttpContent`.
  Channel channel();

  /// What it has in common with those of other protocols.
  ClientEnd common();

  /// What the client may leave waiting.
  default OctetBudget.Share share() {
    return common().share();
  }

  /// What the client has sent up on its connection.
  default Uploads uploads() {
    return common().uploads();
  }

  /// Says what takes the parts of the request in flight from now on.
  default void become(RequestPath path) {
    common().become(path);
  }

  /// Whether octets have come behind the request in flight.
  boolean isFollowed();

  /// How its connection becomes one of octets. Asked only where a tunnel was asked for.
  Handover handover();

  /// The request in flight is refused, or has what it needs.
  default void isSetUp() {
    common().isSetUp();
  }

  /// The request was answered and the client's end is in order for a further one.
  void done();

  /// Says the last message and ends, in an order in which it arrives.
  void end(Object last);

  /// Leaves HTTP behind the answer that changes the protocol: the channel carries octets from now
  /// on, and what came behind the request waits for [#deliver].
  void leaveHttp();

  /// Hands the octets that came behind the request to whoever takes them in the pipeline now, and
  /// reads on.
  void deliver();

  /// Says that it is refused and ends, in the words that the client's protocol has for it.
  ///
  /// @param inWords takes over its reference
  default void refuse(Reason reason, FullHttpResponse inWords) {
    end(inWords);
  }

  /// Ends in the middle of an answer, so that the client can tell.
  void cut(Reason why);
}
