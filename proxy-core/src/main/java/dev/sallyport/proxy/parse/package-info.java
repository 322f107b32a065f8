/// Bytes to one canonical destination: what a request target says, read in one way only.
@NullMarked
package dev.sallyport.proxy.parse;

import org.jspecify.annotations.NullMarked;
