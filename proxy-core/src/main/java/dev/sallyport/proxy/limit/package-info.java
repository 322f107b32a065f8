/// Bounds that several stages share: how many octets wait in the gate for a side that does not take
/// them, and what one channel may hold.
///
/// docs/limits.md has every bound of the gate in one table, and the order in which load is shed.
@NullMarked
package dev.sallyport.proxy.limit;

import org.jspecify.annotations.NullMarked;
