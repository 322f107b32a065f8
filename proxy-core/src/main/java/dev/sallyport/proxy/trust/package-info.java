/// How a client comes to trust the gate's authority: files with the system's roots and the gate's,
/// and the variables that tell each tool of them.
///
/// Blocks on files; nothing here is used by a connection.
@NullMarked
package dev.sallyport.proxy.trust;

import org.jspecify.annotations.NullMarked;
