/// TLS on both sides of an intercepted connection: the handshake with the client under a leaf of
/// the gate's own, the handshake with the origin, and what a policy makes the authority sign for.
///
/// What passes between the handshakes is HTTP and belongs to `exchange` and `wire`. Everything
/// about one connection runs on its event loop; leaves are minted elsewhere and come back to it.
@NullMarked
package dev.sallyport.proxy.intercept;

import org.jspecify.annotations.NullMarked;
