package dev.sallyport.proxy.identify;

import dev.sallyport.proxy.stage.ClientCertificate;
import dev.sallyport.rules.CertificateName;
import java.util.Map;
import java.util.TreeMap;

/// A client on file that is known by its certificate.
///
/// @param name as [Token] has it; no token has the same
/// @param by which part of the certificate counts
/// @param value what that part must be
/// @param labels proven by the certificate
public record KnownCertificate(
    String name, CertificateName.Kind by, String value, Map<String, String> labels) {
  /// Copies.
  public KnownCertificate {
    labels = java.util.Collections.unmodifiableMap(new TreeMap<>(labels));
  }

  /// Tells this entry from a later one of the same name.
  String fingerprint() {
    return by.key() + " " + value;
  }

  /// Whether this is the client that showed it.
  boolean matches(ClientCertificate shown) {
    return CertificateName.of(by, value).filter(shown.names()::contains).isPresent();
  }
}
