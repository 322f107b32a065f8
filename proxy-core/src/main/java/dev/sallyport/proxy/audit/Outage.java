package dev.sallyport.proxy.audit;

import java.time.Instant;

/// A time in which the sink takes nothing.
///
/// @param since when the first write failed
/// @param problem why, in the system's words
record Outage(Instant since, String problem) {}
