package dev.sallyport.mitm.authority;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/// Who signs leaves.
///
/// @param key to sign with
/// @param certificate of that key
/// @param above what a client needs between this certificate and its root, nearest first; without
///   the root
/// @param permitted what the certificate may sign for
record Issuer(
    PrivateKey key, X509Certificate certificate, List<X509Certificate> above, Permitted permitted) {
  Issuer {
    above = List.copyOf(above);
  }

  /// When it ends.
  Instant end() {
    return certificate.getNotAfter().toInstant();
  }

  @Override
  public String toString() {
    // Not the key.
    return certificate.getSubjectX500Principal().getName();
  }
}
