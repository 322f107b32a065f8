package dev.sallyport.proxy.audit;

import dev.sallyport.rules.ClientIdentity;
import java.net.InetAddress;

/// To whom an event is counted: a name on file, wherever it is used from, or else an address.
sealed interface CountedClient {
  /// A client that proved a token or a certificate, by its name.
  record Named(String name) implements CountedClient {}

  /// A client that proved none, or of which no more is known yet.
  record Addressed(InetAddress address) implements CountedClient {}

  /// Everybody beyond the number of clients that are counted one by one.
  record Others() implements CountedClient {}

  static CountedClient of(ClientIdentity client) {
    return client.userName().<CountedClient>map(Named::new).orElse(new Addressed(client.address()));
  }

  static CountedClient of(Subject subject) {
    return subject
        .client()
        .map(CountedClient::of)
        .orElseGet(() -> new Addressed(subject.connection().client().getAddress()));
  }
}
