package dev.sallyport.mitm;

import java.util.List;

/// What a whole, well-formed TLS ClientHello says (RFC 8446 section 4.1.2).
///
/// @param serverName the name the client asks for
/// @param protocols what ALPN offers, in the client's order, each octet as one character of ISO
///   8859-1 (GREASE names and hostile ones hold control octets: escape before printing); empty when
///   the extension is absent (RFC 7301)
/// @param versions what supported_versions offers, in the client's order, GREASE values (RFC 8701)
///   included; empty when the extension is absent, and then `legacyVersion` counts
/// @param legacyVersion the version field, 0x0301 to 0x0303
/// @param encrypted whether an encrypted ClientHello is in it, so that `serverName` may be only the
///   outer name (RFC 9849); a GREASE one looks the same
/// @param fingerprint the same for the hellos of one program, whatever host they name, and most
///   likely another one for those of any other
/// @param octets of the records that hold the hello, their headers included
public record ClientHello(
    ServerName serverName,
    List<String> protocols,
    List<Integer> versions,
    int legacyVersion,
    boolean encrypted,
    long fingerprint,
    int octets) {
  public ClientHello {
    protocols = List.copyOf(protocols);
    versions = List.copyOf(versions);
  }
}
