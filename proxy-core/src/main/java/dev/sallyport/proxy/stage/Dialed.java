package dev.sallyport.proxy.stage;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.time.Duration;

/// A permitted request with a connection towards its origin.
///
/// @param origin on the client's event loop, not reading yet, with an empty pipeline
/// @param peer the address that was dialled
/// @param route the word for the way: `direct`, `connect-to`, `parent`
/// @param took how long resolving and connecting took
public record Dialed(
    Permitted permitted, Channel origin, InetSocketAddress peer, String route, Duration took) {}
