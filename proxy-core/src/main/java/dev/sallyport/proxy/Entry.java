package dev.sallyport.proxy;

import dev.sallyport.proxy.audit.Subject;
import dev.sallyport.proxy.stage.HelloFacts;
import dev.sallyport.proxy.stage.Permitted;
import dev.sallyport.rules.Decision;

/// How the requests of a connection come to the gate.
sealed interface Entry {
  /// As to a proxy: CONNECT or an absolute URL, each with credentials of its own.
  record Proxy() implements Entry {}

  /// As to a SOCKS server; each request is the one CONNECT of its connection.
  record Socks() implements Entry {}

  /// As to an origin: the connection was led here, and each request names its host.
  ///
  /// @param port the one that the client connected to
  record Transparent(int port) implements Entry {}

  /// Within a tunnel that was opened only to say no.
  ///
  /// @param heard to be told when a request has come
  record Refused(Subject subject, Decision decision, Runnable heard) implements Entry {}

  /// Within a tunnel that is intercepted: client and destination are those of its CONNECT.
  record Intercepted(Permitted connect, HelloFacts hello) implements Entry {}
}
