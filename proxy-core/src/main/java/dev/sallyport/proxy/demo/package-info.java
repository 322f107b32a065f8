/// `sallyport demo`: a gate, a few small origins and a client that tries things, all in this
/// process and on loopback.
///
/// The gate is the real one, started as `run` starts it. [DemoSession] is the script; the rest is
/// what it plays with. The client and the origins stand for programs outside: they connect by
/// themselves and judge nothing.
@NullMarked
package dev.sallyport.proxy.demo;

import org.jspecify.annotations.NullMarked;
