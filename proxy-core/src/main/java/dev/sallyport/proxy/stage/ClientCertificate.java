package dev.sallyport.proxy.stage;

import java.time.Instant;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/// What the certificate says that a client showed in its handshake with the listener. The
/// listener's authorities vouch for it.
///
/// @param dns names of the subject alternative name, in lower case; `uris` and `emails` likewise,
///   as they stand there
/// @param sha256 of the whole certificate, in lower-case hexadecimal
/// @param notAfter when it ends
public record ClientCertificate(
    X500Principal subject,
    List<String> dns,
    List<String> uris,
    List<String> emails,
    String sha256,
    Instant notAfter) {
  public ClientCertificate {
    dns = List.copyOf(dns);
    uris = List.copyOf(uris);
    emails = List.copyOf(emails);
  }
}
