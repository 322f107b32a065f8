/// What tests of the running gate share: a gate in a folder of its own, origins and clients of a
/// few lines, and waiting for a condition instead of sleeping.
///
/// Everything is on loopback. Reads have a time limit, so that a test that goes wrong fails and
/// does not hang.
@NullMarked
package dev.sallyport.proxy.testing;

import org.jspecify.annotations.NullMarked;
