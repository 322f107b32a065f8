package dev.sallyport.proxy.doctor;

/// Something that a check sends, said before it is sent.
///
/// @param name of the finding that comes of it
/// @param to whom
/// @param what goes there
public record Probe(Group group, String name, String to, String what) {}
