package dev.sallyport.proxy.demo;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// An authority and one certificate for all hosts of the demo. They live in memory, for as long as
/// the demo runs.
///
/// @param origins for those that answer under the certificate
/// @param client for one that trusts the authority and nobody else
record DemoCertificates(SSLContext origins, SSLContext client) {
  /// Both sides of now, so that no clock is too far off.
  private static final Duration VALID = Duration.ofDays(1);

  private static final int SERIAL_BITS = 128;
  private static final X500Principal AUTHORITY = new X500Principal("CN=Sallyport demo authority");
  private static final char[] NO_PASSWORD = {};

  /// Makes both.
  static DemoCertificates of(List<String> hosts) {
    try {
      KeyPair authority = keys();
      X509Certificate root =
          signed(
              builder(AUTHORITY, authority)
                  .addExtension(Extension.basicConstraints, true, new BasicConstraints(0)),
              authority.getPrivate());
      KeyPair leaf = keys();
      X509Certificate certificate =
          signed(
              builder(new X500Principal("CN=" + hosts.getFirst()), leaf)
                  .addExtension(Extension.subjectAlternativeName, false, names(hosts)),
              authority.getPrivate());
      return new DemoCertificates(origins(leaf, certificate, root), client(root));
    } catch (GeneralSecurityException | OperatorCreationException | IOException broken) {
      throw new IllegalStateException("every JDK signs with P-256", broken);
    }
  }

  private static KeyPair keys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static X509v3CertificateBuilder builder(X500Principal subject, KeyPair keys) {
    Instant now = Instant.now();
    return new JcaX509v3CertificateBuilder(
        AUTHORITY,
        new BigInteger(SERIAL_BITS, new SecureRandom()),
        Date.from(now.minus(VALID)),
        Date.from(now.plus(VALID)),
        subject,
        keys.getPublic());
  }

  private static GeneralNames names(List<String> hosts) {
    return new GeneralNames(
        hosts.stream()
            .map(host -> new GeneralName(GeneralName.dNSName, host))
            .toArray(GeneralName[]::new));
  }

  private static X509Certificate signed(X509v3CertificateBuilder unsigned, PrivateKey by)
      throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter()
        .getCertificate(unsigned.build(new JcaContentSignerBuilder("SHA256withECDSA").build(by)));
  }

  private static SSLContext origins(KeyPair keys, X509Certificate leaf, X509Certificate root)
      throws GeneralSecurityException, IOException {
    KeyStore store = emptyStore();
    store.setKeyEntry("leaf", keys.getPrivate(), NO_PASSWORD, new X509Certificate[] {leaf, root});
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(store, NO_PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  private static SSLContext client(X509Certificate root)
      throws GeneralSecurityException, IOException {
    KeyStore store = emptyStore();
    store.setCertificateEntry("root", root);
    TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
    managers.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }
}
