/// The only place that resolves names and connects.
///
/// It takes a permit and nothing else: resolves the permitted host once, vets every address, and
/// dials a vetted one. A failed plan is a value. Results come back on the event loop that asked.
@NullMarked
package dev.sallyport.proxy.dial;

import org.jspecify.annotations.NullMarked;
