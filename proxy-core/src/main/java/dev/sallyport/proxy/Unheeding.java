package dev.sallyport.proxy;

import io.netty.handler.codec.http.HttpContent;

/// A request of which HTTP has nothing more to say: whatever else comes of it changes nothing.
interface Unheeding extends RequestPath {
  /// A request that is being refused.
  RequestPath REFUSED = new Unheeding() {};

  /// No request.
  RequestPath NONE = new Unheeding() {};

  @Override
  default void content(HttpContent part) {
    part.release();
  }

  @Override
  default void readComplete() {}

  @Override
  default void clientWritable() {}

  @Override
  default void malformed(String why) {}

  @Override
  default void clientGone() {}
}
