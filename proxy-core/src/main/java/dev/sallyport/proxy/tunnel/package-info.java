/// What happens after the `200`: the first bytes are looked at, held against the permit, and then
/// passed on unseen.
///
/// Everything runs on the one event loop that the client's and the origin's channel share.
@NullMarked
package dev.sallyport.proxy.tunnel;

import org.jspecify.annotations.NullMarked;
