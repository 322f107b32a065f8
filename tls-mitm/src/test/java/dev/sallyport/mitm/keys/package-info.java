/// Tests of files with keys.
@NullMarked
package dev.sallyport.mitm.keys;

import org.jspecify.annotations.NullMarked;
