package dev.sallyport.proxy.audit;

import dev.sallyport.proxy.stage.Accepted;
import dev.sallyport.proxy.stage.Entrance;
import dev.sallyport.proxy.stage.HelloFacts;
import dev.sallyport.proxy.stage.Identified;
import dev.sallyport.proxy.stage.RequestFacts;
import dev.sallyport.proxy.stage.Requested;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.Destination;
import java.util.Optional;

/// Whom and what an event speaks of; what is not known yet is empty.
public record Subject(
    Accepted connection,
    Optional<String> requestId,
    Optional<ClientIdentity> client,
    Optional<Entrance> entrance,
    Optional<Destination> destination,
    Optional<RequestFacts> facts,
    Optional<HelloFacts> hello,
    InSession session) {

  /// The same where its session is not known, or not yet.
  public Subject(
      Accepted connection,
      Optional<String> requestId,
      Optional<ClientIdentity> client,
      Optional<Entrance> entrance,
      Optional<Destination> destination,
      Optional<RequestFacts> facts,
      Optional<HelloFacts> hello) {
    this(connection, requestId, client, entrance, destination, facts, hello, InSession.NONE);
  }

  /// A connection from which nothing usable was read.
  public static Subject of(Accepted connection, String requestId) {
    return new Subject(
        connection,
        Optional.of(requestId),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /// A request whose client is not known, or not yet.
  public static Subject of(Requested requested) {
    return new Subject(
        requested.accepted(),
        Optional.of(requested.requestId()),
        Optional.empty(),
        Optional.of(requested.entrance()),
        Optional.of(requested.destination()),
        Optional.of(requested.facts()),
        Optional.empty());
  }

  /// A request that got as far as this entrance, and whose destination cannot be told.
  public static Subject of(
      Accepted connection, String requestId, Entrance entrance, RequestFacts facts) {
    return new Subject(
        connection,
        Optional.of(requestId),
        Optional.empty(),
        Optional.of(entrance),
        Optional.empty(),
        Optional.of(facts),
        Optional.empty());
  }

  /// A request whose client is known.
  public static Subject of(Identified identified) {
    var requested = identified.requested();
    return new Subject(
        requested.accepted(),
        Optional.of(requested.requestId()),
        Optional.of(identified.client()),
        Optional.of(requested.entrance()),
        Optional.of(requested.destination()),
        Optional.of(requested.facts()),
        Optional.empty());
  }

  /// The same by an entrance that is known before there is a request.
  public Subject by(Entrance known) {
    return new Subject(
        connection, requestId, client, Optional.of(known), destination, facts, hello, session);
  }

  /// The same with what the ClientHello showed.
  public Subject with(HelloFacts seen) {
    return new Subject(
        connection, requestId, client, entrance, destination, facts, Optional.of(seen), session);
  }

  /// The same of a client that is known from its connection.
  public Subject by(ClientIdentity known) {
    return new Subject(
        connection, requestId, Optional.of(known), entrance, destination, facts, hello, session);
  }

  /// The same with the sessions that it belongs to.
  Subject in(InSession known) {
    return new Subject(connection, requestId, client, entrance, destination, facts, hello, known);
  }
}
