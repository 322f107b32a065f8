/// What passes between the stages of a connection: small records that hold just what is known by
/// then.
///
/// `Accepted`, `Requested`, `Identified`, `Permitted` and `Dialed` follow one another; an [Ending]
/// is how any of them stops. The stage packages know these records and not one another;
/// `ConnectionPath` puts them in order.
@NullMarked
package dev.sallyport.proxy.stage;

import org.jspecify.annotations.NullMarked;
