package dev.sallyport.mitm.origin;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// Certificates of a small world of its own: a root, an issuer below it, and servers good and bad.
///
/// @param keys of the certificate
/// @param certificate itself
record TestCertificates(KeyPair keys, X509Certificate certificate) {
  static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

  /// What a server's certificate is like, unless it is said otherwise.
  ///
  /// @param begin from when
  /// @param end until when
  /// @param name in the subject alternative names; empty for no such extension
  /// @param signature algorithm
  record Wish(Instant begin, Instant end, Optional<String> name, String signature) {
    static Wish good() {
      return new Wish(
          NOW.minus(Duration.ofDays(1)),
          NOW.plus(Duration.ofDays(30)),
          Optional.of("site.example"),
          "SHA256with");
    }

    Wish until(Instant other) {
      return new Wish(begin, other, name, signature);
    }

    Wish from(Instant other) {
      return new Wish(other, end, name, signature);
    }

    Wish named(String other) {
      return new Wish(begin, end, Optional.of(other), signature);
    }

    Wish unnamed() {
      return new Wish(begin, end, Optional.empty(), signature);
    }

    Wish signed(String other) {
      return new Wish(begin, end, name, other);
    }
  }

  static KeyPair ecKeys() {
    return keys("EC", 256);
  }

  static KeyPair rsaKeys(int bits) {
    return keys("RSA", bits);
  }

  private static KeyPair keys(String algorithm, int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static TestCertificates root(String name) {
    KeyPair keys = ecKeys();
    X500Name subject = new X500Name("CN=" + name);
    return sign(keys, subject, subject, keys, Wish.good().unnamed(), true);
  }

  TestCertificates issuer(String name) {
    return sign(ecKeys(), new X500Name("CN=" + name), name(), keys, Wish.good().unnamed(), true);
  }

  TestCertificates server(Wish wish) {
    return server(wish, ecKeys());
  }

  TestCertificates server(Wish wish, KeyPair own) {
    return sign(own, new X500Name("CN=site.example"), name(), keys, wish, false);
  }

  static TestCertificates selfSigned(Wish wish) {
    KeyPair keys = ecKeys();
    X500Name subject = new X500Name("CN=site.example");
    return sign(keys, subject, subject, keys, wish, false);
  }

  private X500Name name() {
    return X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
  }

  private static TestCertificates sign(
      KeyPair own, X500Name subject, X500Name issuer, KeyPair above, Wish wish, boolean authority) {
    try {
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              issuer,
              BigInteger.valueOf(System.nanoTime()),
              Date.from(wish.begin()),
              Date.from(wish.end()),
              subject,
              own.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
      if (wish.name().isPresent()) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(new GeneralName(GeneralName.dNSName, wish.name().get())));
      }
      String algorithm =
          wish.signature() + (above.getPrivate().getAlgorithm().equals("RSA") ? "RSA" : "ECDSA");
      X509Certificate certificate =
          new JcaX509CertificateConverter()
              .getCertificate(
                  builder.build(new JcaContentSignerBuilder(algorithm).build(above.getPrivate())));
      return new TestCertificates(own, certificate);
    } catch (CertIOException | OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
