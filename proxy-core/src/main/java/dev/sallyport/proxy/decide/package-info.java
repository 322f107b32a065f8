/// The policy in force, and the one place where a request meets it.
@NullMarked
package dev.sallyport.proxy.decide;

import org.jspecify.annotations.NullMarked;
