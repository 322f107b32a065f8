package dev.sallyport.proxy;

import dev.sallyport.proxy.audit.Subject;
import dev.sallyport.proxy.stage.HelloFacts;
import dev.sallyport.proxy.stage.Identified;
import dev.sallyport.rules.RequestSight;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Optional;

/// A request of a client that is known, from its head to its end.
///
/// @param head as the client sent it
/// @param originForm path and query as they were sent; empty for CONNECT
/// @param sight what the policy may see; empty for CONNECT
/// @param subject whom and what its events speak of
record Ask(
    HttpRequest head,
    Identified identified,
    String originForm,
    Optional<RequestSight> sight,
    Subject subject) {
  /// The same within a connection whose ClientHello showed this.
  Ask with(HelloFacts hello) {
    return new Ask(head, identified, originForm, sight, subject.with(hello));
  }

  /// The same with what is known of its subject by now.
  Ask of(Subject known) {
    return new Ask(head, identified, originForm, sight, known);
  }

  /// A CONNECT, of which nothing but the destination counts.
  static Ask connect(HttpRequest head, Identified identified) {
    return new Ask(head, identified, "", Optional.empty(), Subject.of(identified));
  }

  /// A request that is seen whole.
  static Ask request(HttpRequest head, Identified identified, String originForm) {
    return new Ask(
        head,
        identified,
        originForm,
        Optional.of(SeenRequest.of(head, originForm)),
        Subject.of(identified));
  }
}
