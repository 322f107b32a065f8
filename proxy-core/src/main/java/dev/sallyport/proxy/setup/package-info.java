/// What tells other programs of a gate: their settings files, changed without loss and put back.
///
/// Nothing here judges traffic or runs while a gate does.
@NullMarked
package dev.sallyport.proxy.setup;

import org.jspecify.annotations.NullMarked;
