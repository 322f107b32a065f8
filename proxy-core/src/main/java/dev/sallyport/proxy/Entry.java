package dev.sallyport.proxy;

import dev.sallyport.proxy.audit.Subject;
import dev.sallyport.proxy.stage.HelloFacts;
import dev.sallyport.proxy.stage.Permitted;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Destination;
import java.util.List;

/// How the requests of a connection come to the gate.
sealed interface Entry {
  /// As to a proxy: CONNECT or an absolute URL, each with credentials of its own.
  record Proxy() implements Entry {}

  /// As to a SOCKS server; each request is the one CONNECT of its connection.
  record Socks() implements Entry {}

  /// As to an origin: the client takes the gate for it, and nothing tells beforehand whether it
  /// will speak TLS or HTTP.
  sealed interface AsOrigin extends Entry {}

  /// The connection was led here, and each request names its host.
  ///
  /// @param port the one that the client connected to
  record Transparent(int port) implements AsOrigin {}

  /// In plain http behind the reply of SOCKS: client and destination are those that were told
  /// there.
  ///
  /// @param to of plain http
  /// @param credentials as `Proxy-Authorization` would have them
  record BehindSocks(Destination to, List<String> credentials) implements AsOrigin {
    public BehindSocks {
      credentials = List.copyOf(credentials);
    }

    @Override
    public String toString() {
      return "BehindSocks[" + to.authority() + "]";
    }
  }

  /// Within a tunnel that was opened only to say no.
  ///
  /// @param heard to be told when a request has come
  record Refused(Subject subject, Decision decision, Runnable heard) implements Entry {}

  /// Within a tunnel that is intercepted: client and destination are those of its CONNECT.
  record Intercepted(Permitted connect, HelloFacts hello) implements Entry {}
}
