/// What the gate reads and makes of TLS: so far the first octets of a tunnel.
///
/// [ClientHelloReader] looks at them without consuming any and answers with a [ClientHello], with
/// "need more", or with why they are none. It reads as a strict origin would: what two origins
/// could read in two ways is refused, not guessed. Nothing here decides; the rules are held against
/// what was read elsewhere. [TlsAlert] is how a refused tunnel is told so.
///
/// Immutable and free of threads, clocks and sockets: octets in, values out.
@NullMarked
package dev.sallyport.mitm;

import org.jspecify.annotations.NullMarked;
