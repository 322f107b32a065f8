/// What operators reach: pages to read over HTTP, and a Unix socket for what changes anything.
///
/// The pages (health, readiness, metrics) are on a listener of their own with an event loop of its
/// own, so that neither can starve the proxy. The control socket belongs to the gate's user alone
/// and is not on the network. Both know nothing of the proxy but the functions they are given.
@NullMarked
package dev.sallyport.proxy.admin;

import org.jspecify.annotations.NullMarked;
