package dev.sallyport.proxy.stage;

import java.util.Optional;

/// What a request shows besides its destination, for the record. Never the query, never a body.
///
/// @param method a token of RFC 9110
/// @param path without the query; empty for CONNECT
/// @param queryLength octets behind the question mark; -1 when there is none
/// @param userAgent the client's own words: a claim
public record RequestFacts(
    String method, String path, int queryLength, Optional<String> userAgent) {}
