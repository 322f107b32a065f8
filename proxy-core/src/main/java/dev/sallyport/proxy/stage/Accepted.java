package dev.sallyport.proxy.stage;

import java.net.InetSocketAddress;
import java.time.Instant;

/// A client's connection, before anything was read from it.
///
/// @param connectionId a ULID; joins the events of one connection
/// @param listener the name of the listener that it reached
/// @param ownListener whether that listener belongs to one client alone, as the one of `sallyport
///   run` does
public record Accepted(
    String connectionId,
    InetSocketAddress client,
    String listener,
    boolean ownListener,
    Instant at) {}
