package dev.sallyport.proxy.http2;

import io.netty.handler.codec.http2.Http2DataFrame;

/// How long the body of a stream is said to be, and how long it is (RFC 9113 section 8.1.1).
final class BodyLength {
  private long said = -1;
  private long seen;

  /// Takes what Content-Length says; -1 where it says nothing.
  void says(long length) {
    said = length;
  }

  /// Counts a part of the body. False when it is longer than was said, or ends too early.
  boolean fits(Http2DataFrame part) {
    seen += part.content().readableBytes();
    return said < 0 || (part.isEndStream() ? seen == said : seen <= said);
  }

  /// Whether it may end here.
  boolean isWhole() {
    return said < 0 || seen == said;
  }
}
