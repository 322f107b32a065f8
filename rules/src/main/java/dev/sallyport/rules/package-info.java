/// What may leave: names, destinations, identities, rules and the one function that decides.
///
/// Pure Java without network, files or a clock of its own: time, addresses and identities are
/// arguments, so the same input gives the same decision. That is what makes `explain` and `replay`
/// true. Everything here is immutable and safe to use from any thread.
@NullMarked
package dev.sallyport.rules;

import org.jspecify.annotations.NullMarked;
