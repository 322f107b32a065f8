package dev.sallyport.mitm.origin;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/// The one judge of origins' certificates, asked by both TLS providers. The host is the engine's
/// peer, so that a handshake cannot be set up without one.
///
/// Any thread.
final class OriginTrust extends X509ExtendedTrustManager {
  private static final X509Certificate[] NONE = {};

  private final OriginRoots roots;
  private final InstantSource clock;
  private final JudgedBefore before = new JudgedBefore();

  OriginTrust(OriginRoots roots, InstantSource clock) {
    this.roots = roots;
    this.clock = clock;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    String host = engine.getPeerHost();
    if (host == null || chain.length == 0) {
      throw new CertificateException("nothing to judge: no host or no certificate");
    }
    Instant now = clock.instant();
    String key = JudgedBefore.key(host, chain);
    if (!before.isGood(key, now)) {
      Instant ends = PathSearch.check(chain, roots, new PathChecks(host, now));
      before.good(key, now, ends);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new CertificateException("only engines are used here");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("a certificate is judged for a host only");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("origins are judged here, not clients");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new CertificateException("origins are judged here, not clients");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("origins are judged here, not clients");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return NONE;
  }
}
