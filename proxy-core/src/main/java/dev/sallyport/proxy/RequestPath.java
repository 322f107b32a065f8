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

  /// A request that is being refused: whatever else comes of it changes nothing.
  RequestPath REFUSED =
      new RequestPath() {
        @Override
        public void content(HttpContent part) {
          part.release();
        }

        @Override
        public void readComplete() {}

        @Override
        public void clientWritable() {}

        @Override
        public void malformed(String why) {}

        @Override
        public void clientGone() {}
      };
}
