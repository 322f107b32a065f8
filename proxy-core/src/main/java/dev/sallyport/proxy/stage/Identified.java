package dev.sallyport.proxy.stage;

import dev.sallyport.rules.ClientIdentity;

/// A request of a client that is known, or known to be anonymous.
public record Identified(Requested requested, ClientIdentity client) {}
