/// HTTP/2 on connections that are intercepted: its bounds, and the translation of a stream's frames
/// into the messages of HTTP/1.1, the one form that the rest of the gate knows.
///
/// Netty's codec reads the frames; what one of our own says beyond that stands here. Everything
/// runs on the connection's event loop.
@NullMarked
package dev.sallyport.proxy.http2;

import org.jspecify.annotations.NullMarked;
