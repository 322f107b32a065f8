package dev.sallyport.proxy.doctor;

import java.util.List;

/// Addresses that stand for the outside.
///
/// @param outside one of each family, without brackets
/// @param resolvers the same in the place of public resolvers
/// @param metadata where clouds give credentials to whoever asks
/// @param ports that are tried at [#outside]
public record Targets(
    List<String> outside, List<String> resolvers, List<String> metadata, List<Integer> ports) {
  /// A name that no policy lists and no resolver knows (RFC 6761 section 6.4).
  static final String UNLISTED = "sallyport-doctor.invalid";

  /// A name that resolvers of the outside know (RFC 6761 section 6.5), where the policy names no
  /// host that could be asked for instead.
  static final String KNOWN_NAME = "example.com";

  /// Addresses that nobody has, so that nobody is bothered: they are kept for documentation (RFC
  /// 5737, RFC 3849). Ports: https, http, ssh, DNS over TLS, and what is tried when those are
  /// closed.
  public static final Targets STANDARD =
      new Targets(
          List.of("192.0.2.1", "2001:db8::1"),
          List.of("198.51.100.53", "2001:db8::53"),
          List.of("169.254.169.254", "fd00:ec2::254"),
          List.of(443, 80, 22, 853, 8443));

  public Targets {
    outside = List.copyOf(outside);
    resolvers = List.copyOf(resolvers);
    metadata = List.copyOf(metadata);
    ports = List.copyOf(ports);
  }
}
