/// Files of the gate's own that nobody else may read, written so that a crash leaves the old or the
/// new content and nothing between.
@NullMarked
package dev.sallyport.proxy.files;

import org.jspecify.annotations.NullMarked;
