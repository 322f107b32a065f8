package dev.sallyport.proxy.parse;

import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Reason;

/// What a request target turned out to be.
public sealed interface Target {
  /// CONNECT with an authority (RFC 9112 section 3.2.3).
  record Tunnel(Destination destination) implements Target {}

  /// An absolute `http` URL (RFC 9112 section 3.2.2).
  ///
  /// @param originForm path and query as they were sent, at least `/`
  /// @param path the path alone, for the record
  /// @param queryLength octets behind the question mark, -1 without one
  record Request(Destination destination, String originForm, String path, int queryLength)
      implements Target {}

  /// Anything else.
  ///
  /// @param why our words; nothing of the client's
  record Wrong(Reason reason, String why) implements Target {}
}
