package dev.sallyport.proxy;

import io.netty.handler.codec.http.HttpContent;

/// What a request has become behind its head. On the client's event loop.
interface RequestPath {
  /// A part of the request's body; takes over its reference.
  void content(HttpContent part);

  /// What was read together is handed over.
  void readComplete();

  /// The client's side is writable again.
  void clientWritable();

  /// What follows cannot be read.
  void malformed(String why);

  /// The client is gone.
  void clientGone();

  /// Whether it goes on by itself when HTTP leaves the client's connection.
  default boolean outlivesHttp() {
    return false;
  }
}
