/// One request and its answer over HTTP/1.1: rebuilt from the parsed message on both ways, passed
/// on without being held, with back-pressure in both directions.
///
/// Everything runs on the one event loop that the client's and the origin's channel share.
@NullMarked
package dev.sallyport.proxy.exchange;

import org.jspecify.annotations.NullMarked;
