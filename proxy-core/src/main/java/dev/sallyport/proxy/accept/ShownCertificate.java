package dev.sallyport.proxy.accept;

import dev.sallyport.proxy.stage.ClientCertificate;
import dev.sallyport.rules.CertificateName;
import dev.sallyport.rules.CertificateName.Kind;
import dev.sallyport.rules.Reason;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedSet;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/// What came of a client's certificate in a handshake with a listener. Pure.
public final class ShownCertificate {
  /// Kinds of names in a subject alternative name (RFC 5280 section 4.2.1.6).
  private static final int EMAIL = 1;

  private static final int DNS = 2;
  private static final int URI = 6;

  /// What the providers say where none was shown and one must be.
  private static final List<String> NONE =
      List.of("peer_did_not_return_a_certificate", "empty client certificate chain");

  private ShownCertificate() {}

  /// The certificate that the client showed, if any; the handshake vouched for it.
  public static Optional<ClientCertificate> in(SslHandler tls) {
    try {
      Certificate[] chain = tls.engine().getSession().getPeerCertificates();
      return chain.length > 0 && chain[0] instanceof X509Certificate own
          ? Optional.of(of(own))
          : Optional.empty();
    } catch (SSLPeerUnverifiedException none) {
      return Optional.empty();
    } catch (GeneralSecurityException unreadable) {
      throw new IllegalStateException("a certificate that was checked can be read", unreadable);
    }
  }

  static ClientCertificate of(X509Certificate certificate) throws GeneralSecurityException {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
    SequencedSet<CertificateName> all = new LinkedHashSet<>();
    names(certificate, URI).forEach(name -> all.add(new CertificateName(Kind.URI, name)));
    names(certificate, DNS)
        .forEach(name -> all.add(new CertificateName(Kind.DNS, name.toLowerCase(Locale.ROOT))));
    names(certificate, EMAIL).forEach(name -> all.add(new CertificateName(Kind.EMAIL, name)));
    CertificateName.of(certificate.getSubjectX500Principal()).ifPresent(all::add);
    all.add(new CertificateName(Kind.SHA256, HexFormat.of().formatHex(hash)));
    return new ClientCertificate(all, certificate.getNotAfter().toInstant());
  }

  private static List<String> names(X509Certificate certificate, int kind)
      throws CertificateException {
    List<String> names = new ArrayList<>();
    Collection<List<?>> all = certificate.getSubjectAlternativeNames();
    if (all != null) {
      for (List<?> one : all) {
        if (one.getFirst().equals(kind) && one.get(1) instanceof String name) {
          names.add(name);
        }
      }
    }
    return names;
  }

  /// Why a handshake came to nothing, where that is the gate's doing or the client's distrust;
  /// empty where the client just went away.
  public static Optional<Reason> failure(Throwable cause) {
    if (cause instanceof SslHandshakeTimeoutException) {
      return Optional.of(Reason.MALFORMED);
    }
    StringBuilder words = new StringBuilder();
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (each instanceof CertificateException
          || List.of(each.getSuppressed()).stream()
              .anyMatch(CertificateException.class::isInstance)) {
        return Optional.of(Reason.CREDENTIALS_WRONG);
      }
      words.append(String.valueOf(each.getMessage()).toLowerCase(Locale.ROOT)).append('\n');
    }
    String all = words.toString();
    if (NONE.stream().anyMatch(all::contains)) {
      return Optional.of(Reason.CREDENTIALS_MISSING);
    }
    if (all.contains("alert")) {
      return Optional.of(Reason.CLIENT_DISTRUSTS);
    }
    return cause instanceof SSLException ? Optional.of(Reason.MALFORMED) : Optional.empty();
  }
}
