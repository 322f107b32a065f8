/// Tests of certificates and handshakes.
@NullMarked
package dev.sallyport.mitm.origin;

import org.jspecify.annotations.NullMarked;
