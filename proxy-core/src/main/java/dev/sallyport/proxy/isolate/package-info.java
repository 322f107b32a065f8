/// Leaves a command no other way out than the gate (`run --isolate`, Linux).
///
/// The command lives in a network namespace that has nothing but a loopback interface on which
/// every address is local. The sockets that listen there are made by [Inside], a process of ours
/// within the namespace, which hands them to the gate outside, gives up every right it has, and
/// becomes the command. No address is translated, nothing is routed, and nothing of ours is left
/// inside. What stays in reach by way of files is masked: see [SocketFiles].
@NullMarked
package dev.sallyport.proxy.isolate;

import org.jspecify.annotations.NullMarked;
