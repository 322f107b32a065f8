/// What tells a running gate to look at its files again or to stop: a file that changed, a signal.
///
/// Nothing here reads a policy. Watching is best effort with a floor: the system's own
/// notifications where they work, and a slow look at the content where they do not, as on network
/// and container mounts.
@NullMarked
package dev.sallyport.proxy.reload;

import org.jspecify.annotations.NullMarked;
