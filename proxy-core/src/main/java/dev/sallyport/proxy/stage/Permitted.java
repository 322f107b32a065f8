package dev.sallyport.proxy.stage;

import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Permit;

/// A request that the policy allows.
public record Permitted(Identified identified, Decision decision, Permit permit) {}
