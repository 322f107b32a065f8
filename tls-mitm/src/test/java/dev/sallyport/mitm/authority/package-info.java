/// Tests of certificates and handshakes.
@NullMarked
package dev.sallyport.mitm.authority;

import org.jspecify.annotations.NullMarked;
