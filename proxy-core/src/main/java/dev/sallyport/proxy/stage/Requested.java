package dev.sallyport.proxy.stage;

import dev.sallyport.rules.Destination;
import java.time.Instant;

/// A request whose destination is parsed.
///
/// @param requestId a ULID; named in refusals and events
public record Requested(
    Accepted accepted,
    String requestId,
    Instant at,
    Entrance entrance,
    Destination destination,
    RequestFacts facts) {}
