/// HTTP/1.1 on the wire, read strictly: the gate in front of Netty's decoders.
///
/// Netty's decoders are lenient where RFC 9112 leaves room, and what one reader is lenient about
/// the next one reads otherwise. So every octet of a head and of a chunked body is checked here
/// first; what passes has one reading only. Nothing here knows of policies or connections.
@NullMarked
package dev.sallyport.proxy.wire;

import org.jspecify.annotations.NullMarked;
