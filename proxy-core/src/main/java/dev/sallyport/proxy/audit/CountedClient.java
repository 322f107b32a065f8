package dev.sallyport.proxy.audit;

import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.ClientIdentity.Proof;
import java.net.InetAddress;

/// To whom an event is counted: a token, wherever it is used from, or else an address.
sealed interface CountedClient {
  /// A client that proved a token, by the token's name.
  record Named(String token) implements CountedClient {}

  /// A client that proved none, or of which no more is known yet.
  record Addressed(InetAddress address) implements CountedClient {}

  /// Everybody beyond the number of clients that are counted one by one.
  record Others() implements CountedClient {}

  static CountedClient of(ClientIdentity client) {
    return client.proof() instanceof Proof.Token(String name, String _)
        ? new Named(name)
        : new Addressed(client.address());
  }

  static CountedClient of(Subject subject) {
    return subject
        .client()
        .map(CountedClient::of)
        .orElseGet(() -> new Addressed(subject.connection().client().getAddress()));
  }
}
