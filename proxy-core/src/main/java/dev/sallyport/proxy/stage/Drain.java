package dev.sallyport.proxy.stage;

/// Sent through the pipelines of client connections when they are to end: those that do nothing at
/// once, the others when what is in flight is answered.
public record Drain() {}
