/// Which of Netty's transports carries the bytes.
///
/// Listeners, the dialler and DNS take event loops and channels of one and the same kind, so that a
/// client's channel and its origin's can share a loop. Chosen once, at start.
@NullMarked
package dev.sallyport.proxy.transport;

import org.jspecify.annotations.NullMarked;
