package dev.sallyport.proxy.wire;

/// Takes the place of a message that could not be read; nothing that follows on the connection is
/// read any more.
///
/// @param why our words; nothing of the peer's
public record Malformed(String why) {}
