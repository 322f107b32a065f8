/// Tests of the dialler: tables for what is pure, scripted DNS and loopback sockets for the rest.
@NullMarked
package dev.sallyport.proxy.dial;

import org.jspecify.annotations.NullMarked;
