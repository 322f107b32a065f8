package dev.sallyport.proxy.stage;

import dev.sallyport.rules.CertificateName;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.SequencedSet;

/// What the certificate says that a client showed in its handshake with the listener. The
/// listener's authorities vouch for it.
///
/// @param names what it calls the client, in the order of [CertificateName.Kind]
/// @param notAfter when it ends
public record ClientCertificate(SequencedSet<CertificateName> names, Instant notAfter) {
  public ClientCertificate {
    names = Collections.unmodifiableSequencedSet(new LinkedHashSet<>(names));
  }
}
