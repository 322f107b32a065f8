package dev.sallyport.mitm.authority;

import io.netty.util.NetUtil;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// Builds the three kinds of certificate that there are: root, issuer, leaf. All of P-256 keys,
/// which cost a hundredth of RSA's to make.
///
/// Blocks for as long as keys and signatures take, so never on an event loop.
final class Certificates {
  /// How far back a certificate begins: clocks in containers and virtual machines run behind.
  static final Duration BACK_DATED = Duration.ofHours(1);

  /// Life of a root.
  static final Duration ROOT_LIFETIME = Duration.ofDays(3650);

  /// Life of an issuer, unless the root ends before.
  static final Duration ISSUER_LIFETIME = Duration.ofDays(825);

  /// Random octets of a serial number; the 64 bits that the Baseline Requirements ask for, twice.
  private static final int SERIAL_OCTETS = 16;

  /// Longest common name (RFC 5280 appendix A.1, ub-common-name).
  private static final int MAX_COMMON_NAME = 64;

  private static final int IPV4_OCTETS = 4;
  private static final int IPV6_OCTETS = 16;

  private static final String ORGANISATION = "Sallyport";

  /// What an issuer is held to that may sign for no name at all: this one cannot exist (RFC 6761
  /// section 6.4), and unlike an empty constraint every client can read it.
  static final String NO_NAME = "sallyport.invalid";

  private final SecureRandom random;

  Certificates(SecureRandom random) {
    this.random = random;
  }

  /// A new P-256 key pair.
  KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no P-256 keys", e);
    }
  }

  /// A root that signs itself.
  X509Certificate root(KeyPair keys, Instant now) {
    X500Name name = name("Sallyport root " + mark(keys.getPublic()));
    Draft draft = new Draft(name, name, now, now.plus(ROOT_LIFETIME), keys.getPublic());
    draft.authority(1);
    draft.subjectKey();
    return draft.sign(keys.getPrivate());
  }

  /// The certificate of an issuer below `above`.
  X509Certificate issuer(
      Purpose purpose,
      Permitted permitted,
      PublicKey key,
      Root above,
      PrivateKey rootKey,
      Instant now) {
    Instant end = earlier(now.plus(ISSUER_LIFETIME), above.end());
    X509Certificate root = above.certificate();
    X500Name name = name("Sallyport " + purpose.label() + " " + mark(key));
    Draft draft = new Draft(name, subject(root), now, end, key);
    draft.authority(0);
    draft.forServers();
    if (permitted instanceof Permitted.Only only) {
      draft.constrain(only);
    }
    draft.subjectKey();
    draft.authorityKey(root);
    return draft.sign(rootKey);
  }

  /// A leaf for one host.
  ///
  /// @param host canonical name or address literal
  X509Certificate leaf(String host, Purpose purpose, PublicKey key, Issuer issuer, Instant now) {
    Instant end = earlier(now.plus(purpose.lifetime()), issuer.end());
    X500Name name = host.length() <= MAX_COMMON_NAME ? named(host) : unnamed();
    Draft draft = new Draft(name, subject(issuer.certificate()), now, end, key);
    draft.add(Extension.basicConstraints, new BasicConstraints(false), Criticality.YES);
    draft.add(Extension.keyUsage, new KeyUsage(KeyUsage.digitalSignature), Criticality.YES);
    draft.forServers();
    int kind = Permitted.isAddress(host) ? GeneralName.iPAddress : GeneralName.dNSName;
    draft.add(
        Extension.subjectAlternativeName,
        new GeneralNames(new GeneralName(kind, host)),
        Criticality.NO);
    draft.subjectKey();
    draft.authorityKey(issuer.certificate());
    return draft.sign(issuer.key());
  }

  private static Instant earlier(Instant end, Instant last) {
    return end.isBefore(last) ? end : last;
  }

  /// Tells keys apart in subjects: clients look issuers up by subject, and two with one name
  /// confuse them.
  private static String mark(PublicKey key) {
    try {
      byte[] hash = java.security.MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
      return java.util.HexFormat.of().formatHex(hash, 0, 4);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  private static X500Name subject(X509Certificate certificate) {
    return X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
  }

  private static X500Name name(String commonName) {
    return new X500NameBuilder()
        .addRDN(BCStyle.O, ORGANISATION)
        .addRDN(BCStyle.CN, commonName)
        .build();
  }

  private static X500Name named(String host) {
    return new X500NameBuilder().addRDN(BCStyle.CN, host).build();
  }

  private static X500Name unnamed() {
    return new X500NameBuilder().addRDN(BCStyle.O, ORGANISATION).build();
  }

  private enum Criticality {
    YES,
    NO
  }

  /// One certificate being written.
  private final class Draft {
    private final X509v3CertificateBuilder builder;
    private final PublicKey key;

    Draft(X500Name subject, X500Name issuer, Instant now, Instant end, PublicKey key) {
      this.key = key;
      this.builder =
          new JcaX509v3CertificateBuilder(
              issuer, serial(), Date.from(now.minus(BACK_DATED)), Date.from(end), subject, key);
    }

    private BigInteger serial() {
      byte[] octets = new byte[SERIAL_OCTETS];
      random.nextBytes(octets);
      // One bit more on top, so that it is never zero.
      return new BigInteger(1, octets).setBit(SERIAL_OCTETS * Byte.SIZE);
    }

    void authority(int pathLength) {
      add(Extension.basicConstraints, new BasicConstraints(pathLength), Criticality.YES);
      add(
          Extension.keyUsage,
          new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign),
          Criticality.YES);
    }

    void forServers() {
      add(
          Extension.extendedKeyUsage,
          new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth),
          Criticality.NO);
    }

    void constrain(Permitted.Only only) {
      List<GeneralSubtree> permitted = new ArrayList<>();
      for (String domain : only.domains().isEmpty() ? List.of(NO_NAME) : only.domains()) {
        permitted.add(subtree(new GeneralName(GeneralName.dNSName, domain)));
      }
      for (String address : only.addresses()) {
        permitted.add(subtree(network(only(address))));
      }
      // An empty list must not be written (RFC 5280 section 4.2.1.10), hence null.
      GeneralSubtree[] excluded =
          only.addresses().isEmpty()
              ? new GeneralSubtree[] {
                subtree(network(new byte[2 * IPV4_OCTETS])),
                subtree(network(new byte[2 * IPV6_OCTETS]))
              }
              : null;
      add(
          Extension.nameConstraints,
          new NameConstraints(permitted.toArray(GeneralSubtree[]::new), excluded),
          Criticality.YES);
    }

    private static GeneralSubtree subtree(GeneralName base) {
      return new GeneralSubtree(base);
    }

    /// The network of one address: the address and a mask of ones.
    private static byte[] only(String address) {
      byte[] octets = Objects.requireNonNull(NetUtil.createByteArrayFromIpAddressString(address));
      byte[] network = Arrays.copyOf(octets, 2 * octets.length);
      Arrays.fill(network, octets.length, network.length, (byte) 0xff);
      return network;
    }

    private static GeneralName network(byte[] addressAndMask) {
      return new GeneralName(GeneralName.iPAddress, new DEROctetString(addressAndMask));
    }

    void subjectKey() {
      add(
          Extension.subjectKeyIdentifier,
          extensions().createSubjectKeyIdentifier(key),
          Criticality.NO);
    }

    void authorityKey(X509Certificate issuer) {
      add(
          Extension.authorityKeyIdentifier,
          extensions().createAuthorityKeyIdentifier(issuer.getPublicKey()),
          Criticality.NO);
    }

    private static JcaX509ExtensionUtils extensions() {
      try {
        return new JcaX509ExtensionUtils();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("this Java has no SHA-1 for key identifiers", e);
      }
    }

    void add(
        ASN1ObjectIdentifier id,
        org.bouncycastle.asn1.ASN1Encodable value,
        Criticality criticality) {
      try {
        builder.addExtension(id, criticality == Criticality.YES, value);
      } catch (CertIOException e) {
        throw new IllegalStateException("an extension cannot be encoded", e);
      }
    }

    X509Certificate sign(PrivateKey with) {
      try {
        String algorithm =
            switch (with.getAlgorithm()) {
              case "EC" -> "SHA256withECDSA";
              case "RSA" -> "SHA256withRSA";
              default ->
                  with instanceof EdECPrivateKey edwards
                      ? edwards.getParams().getName()
                      : with.getAlgorithm();
            };
        return new JcaX509CertificateConverter()
            .getCertificate(builder.build(new JcaContentSignerBuilder(algorithm).build(with)));
      } catch (OperatorCreationException | GeneralSecurityException e) {
        throw new IllegalStateException("a certificate cannot be signed", e);
      }
    }
  }
}
