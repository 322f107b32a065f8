package dev.sallyport.proxy.stage;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Optional;

/// A client's connection, before anything was read from it.
///
/// @param connectionId a ULID; joins the events of one connection
/// @param listener the name of the listener that it reached
/// @param ownListener whether that listener belongs to one client alone, as the one of `sallyport
///   run` does
/// @param certificate what the client showed in a handshake with the listener
public record Accepted(
    String connectionId,
    InetSocketAddress client,
    String listener,
    boolean ownListener,
    Instant at,
    Optional<ClientCertificate> certificate) {
  /// A connection on which no certificate was shown.
  public Accepted(
      String connectionId,
      InetSocketAddress client,
      String listener,
      boolean ownListener,
      Instant at) {
    this(connectionId, client, listener, ownListener, at, Optional.empty());
  }

  /// The same with what the client showed in its handshake.
  public Accepted with(ClientCertificate shown) {
    return new Accepted(connectionId, client, listener, ownListener, at, Optional.of(shown));
  }
}
