/// The door: how many connections there may be, and which are open.
@NullMarked
package dev.sallyport.proxy.accept;

import org.jspecify.annotations.NullMarked;
