package dev.sallyport.mitm;

/// What the server_name extension of a ClientHello says (RFC 6066 section 3).
///
/// Absent and invalid are different things: where a hello without a name is allowed, one whose name
/// cannot be read with certainty is still refused, since an origin may read some name in it.
public sealed interface ServerName {
  /// Octets of the longest name that is taken: the longest that DNS has, as RFC 1035 counts it.
  int MAX_OCTETS = 255;

  /// The hello has no server_name extension.
  record Absent() implements ServerName {}

  /// The extension holds exactly one host_name.
  ///
  /// @param text as sent, 1 to [#MAX_OCTETS] visible ASCII characters; not yet known to be a host:
  ///   it may be in upper case, have a trailing dot, a port, or be an address
  record Named(String text) implements ServerName {}

  /// The extension is there, and is empty or holds something else than one plain name.
  ///
  /// @param why our words; nothing of the client's
  record Invalid(String why) implements ServerName {}
}
