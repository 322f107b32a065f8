package dev.sallyport.proxy.config;

import java.util.Optional;

/// The two halves of `host:port`, neither of them checked.
///
/// @param host an IPv6 literal keeps its brackets
record HostAndPort(String host, String port) {
  /// Splits at the last colon; empty when there is none, or when a half is missing.
  static Optional<HostAndPort> split(String text) {
    int colon = text.lastIndexOf(':');
    return colon <= 0 || colon == text.length() - 1
        ? Optional.empty()
        : Optional.of(new HostAndPort(text.substring(0, colon), text.substring(colon + 1)));
  }
}
