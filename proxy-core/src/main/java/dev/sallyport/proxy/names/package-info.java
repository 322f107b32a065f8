/// A DNS server that knows nothing: every name has one and the same made-up address, nothing is
/// asked of anybody, and no name is kept. With it a program that looks names up by itself goes on
/// to connect, and its connection is led to a transparent listener, which judges the name that the
/// connection itself carries.
@NullMarked
package dev.sallyport.proxy.names;

import org.jspecify.annotations.NullMarked;
