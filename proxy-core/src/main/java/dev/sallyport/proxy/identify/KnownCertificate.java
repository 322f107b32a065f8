package dev.sallyport.proxy.identify;

import dev.sallyport.proxy.stage.ClientCertificate;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.security.auth.x500.X500Principal;

/// A client on file that is known by its certificate.
///
/// @param name as [Token] has it; no token has the same
/// @param by which part of the certificate counts
/// @param value what that part must be
/// @param labels proven by the certificate
public record KnownCertificate(String name, By by, String value, Map<String, String> labels) {
  /// Copies.
  public KnownCertificate {
    labels = java.util.Collections.unmodifiableMap(new TreeMap<>(labels));
  }

  /// The parts that can count.
  public enum By {
    /// The whole subject, as RFC 4514 writes it.
    SUBJECT,
    /// A DNS name of the subject alternative name.
    DNS,
    /// A URI there, such as a SPIFFE ID.
    URI,
    /// A mail address there.
    EMAIL,
    /// SHA-256 of the certificate.
    SHA256;

    /// The key in the file.
    String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Tells this entry from a later one of the same name.
  String fingerprint() {
    return by.key() + " " + value;
  }

  /// Whether this is the client that showed it.
  boolean matches(ClientCertificate shown) {
    return switch (by) {
      case SUBJECT -> new X500Principal(value).equals(shown.subject());
      case DNS -> shown.dns().contains(value.toLowerCase(Locale.ROOT));
      case URI -> shown.uris().contains(value);
      case EMAIL -> shown.emails().contains(value);
      case SHA256 -> shown.sha256().equals(value);
    };
  }
}
