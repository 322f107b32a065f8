/// The one way to native code: system calls of Linux that Java has no way to, and what they take in
/// memory. Who asks for one knows that it is on Linux ([Syscall#isKnownHere]).
@NullMarked
package dev.sallyport.proxy.kernel;

import org.jspecify.annotations.NullMarked;
