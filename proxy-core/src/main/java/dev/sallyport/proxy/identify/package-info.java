/// Who a client is, request by request: proxy credentials against the tokens on file, or nothing
/// shown.
///
/// Credentials that are shown are right or refused; they never fall through to anonymous. The token
/// file holds SHA-256 values only, so whoever reads it cannot use it. Everything here but the file
/// is pure and quick enough for an event loop.
@NullMarked
package dev.sallyport.proxy.identify;

import org.jspecify.annotations.NullMarked;
