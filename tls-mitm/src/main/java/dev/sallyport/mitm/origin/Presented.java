package dev.sallyport.mitm.origin;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.jspecify.annotations.Nullable;

/// One certificate, read strictly and twice: by the JDK, which checks its signature, and by Bouncy
/// Castle, which shows every extension as it was sent. What one of them cannot read is refused.
final class Presented {
  /// Critical extensions that are understood, and may be critical: those that RFC 5280 wants
  /// non-critical (key identifiers, authority information access) are not among them.
  private static final Set<ASN1ObjectIdentifier> UNDERSTOOD =
      Set.of(
          Extension.basicConstraints,
          Extension.keyUsage,
          Extension.extendedKeyUsage,
          Extension.subjectAlternativeName,
          Extension.nameConstraints,
          Extension.certificatePolicies,
          Extension.policyMappings,
          Extension.policyConstraints,
          Extension.inhibitAnyPolicy);

  private static final int VERSION_3 = 3;

  private final X509Certificate certificate;
  private final @Nullable Extensions extensions;
  private final Optional<List<SubjectName>> names;

  private Presented(X509Certificate certificate, @Nullable Extensions extensions)
      throws MalformedCertificateException {
    this.certificate = certificate;
    this.extensions = extensions;
    this.names =
        value(Extension.subjectAlternativeName).isPresent()
            ? Optional.of(SubjectName.read(sequence(Extension.subjectAlternativeName)))
            : Optional.empty();
  }

  /// Reads a certificate, whoever parsed it before.
  ///
  /// @throws MalformedCertificateException when it does not follow RFC 5280
  static Presented read(X509Certificate raw) throws MalformedCertificateException {
    try {
      byte[] der = raw.getEncoded();
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der));
      if (!Arrays.equals(certificate.getEncoded(), der)) {
        throw new MalformedCertificateException("it is not encoded in one way only");
      }
      Certificate structure = Certificate.getInstance(ASN1Primitive.fromByteArray(der));
      if (!structure.getSignatureAlgorithm().equals(structure.getTBSCertificate().getSignature())) {
        throw new MalformedCertificateException("it names two signature algorithms");
      }
      return new Presented(certificate, structure.getTBSCertificate().getExtensions());
    } catch (CertificateException | IOException | RuntimeException e) {
      // Whatever a reader stumbles over, the origin sent it.
      throw new MalformedCertificateException("it cannot be read");
    }
  }

  /// The same for a certificate that may not be needed: empty when it cannot be read.
  static Optional<Presented> tryRead(X509Certificate raw) {
    try {
      return Optional.of(read(raw));
    } catch (MalformedCertificateException e) {
      return Optional.empty();
    }
  }

  /// As the JDK reads it.
  X509Certificate certificate() {
    return certificate;
  }

  X500Principal subject() {
    return certificate.getSubjectX500Principal();
  }

  X500Principal issuer() {
    return certificate.getIssuerX500Principal();
  }

  PublicKey key() {
    return certificate.getPublicKey();
  }

  /// Whether issuer and subject are one name (RFC 5280 section 3.2).
  boolean isSelfIssued() {
    return subject().equals(issuer());
  }

  /// Whether `above` signed this.
  boolean isSignedBy(Presented above) {
    try {
      certificate.verify(above.key());
      return true;
    } catch (GeneralSecurityException | RuntimeException e) {
      return false;
    }
  }

  /// Whether the two key identifiers agree as far as they are there.
  boolean mayBeSignedBy(Presented above) throws MalformedCertificateException {
    Optional<ASN1Primitive> authority = value(Extension.authorityKeyIdentifier);
    Optional<ASN1Primitive> subject = above.value(Extension.subjectKeyIdentifier);
    if (authority.isEmpty() || subject.isEmpty()) {
      return true;
    }
    try {
      byte[] wanted = AuthorityKeyIdentifier.getInstance(authority.get()).getKeyIdentifierOctets();
      return wanted == null
          || Arrays.equals(
              wanted, SubjectKeyIdentifier.getInstance(subject.get()).getKeyIdentifier());
    } catch (RuntimeException e) {
      throw new MalformedCertificateException("a key identifier cannot be read");
    }
  }

  /// The subject alternative names; empty when there is no such extension.
  Optional<List<SubjectName>> names() {
    return names;
  }

  boolean has(ASN1ObjectIdentifier extension) {
    return value(extension).isPresent();
  }

  boolean isCritical(ASN1ObjectIdentifier id) {
    Extension extension = extensions == null ? null : extensions.getExtension(id);
    return extension != null && extension.isCritical();
  }

  /// What holds for every certificate on a path, in any place.
  void checkForm() throws MalformedCertificateException {
    if (certificate.getVersion() != VERSION_3 || extensions == null) {
      throw new MalformedCertificateException("it is of an old version of X.509");
    }
    Set<ASN1ObjectIdentifier> seen = new HashSet<>();
    for (ASN1ObjectIdentifier id : extensions.getExtensionOIDs()) {
      if (!seen.add(id)) {
        throw new MalformedCertificateException("an extension is there twice");
      }
    }
    for (ASN1ObjectIdentifier id : extensions.getCriticalExtensionOIDs()) {
      if (!UNDERSTOOD.contains(id)) {
        throw new MalformedCertificateException("it has a critical extension that nobody knows");
      }
    }
    if (issuer().getName().isEmpty()) {
      throw new MalformedCertificateException("it does not say who issued it");
    }
  }

  /// Whether the certificate says that it is an authority's.
  boolean isAuthority() throws MalformedCertificateException {
    return basicConstraints().map(BasicConstraints::isCA).orElse(false);
  }

  /// How many authorities may follow below this one; empty when nothing is said.
  OptionalInt pathLength() throws MalformedCertificateException {
    Optional<BasicConstraints> constraints = basicConstraints();
    if (constraints.isEmpty() || constraints.get().getPathLenConstraint() == null) {
      return OptionalInt.empty();
    }
    // Beyond any path that is followed, it is all the same.
    return OptionalInt.of(
        constraints
            .get()
            .getPathLenConstraint()
            .min(java.math.BigInteger.valueOf(1000))
            .intValue());
  }

  /// Whether the key may sign certificates as far as its usage says.
  boolean maySignCertificates() throws MalformedCertificateException {
    Optional<ASN1Primitive> value = value(Extension.keyUsage);
    try {
      return value.isEmpty() || KeyUsage.getInstance(value.get()).hasUsages(KeyUsage.keyCertSign);
    } catch (RuntimeException e) {
      throw new MalformedCertificateException("its key usage cannot be read");
    }
  }

  /// Whether the key may shake hands as far as its usage says: sign, agree on a key or encipher
  /// one.
  boolean mayShakeHands() throws MalformedCertificateException {
    Optional<ASN1Primitive> value = value(Extension.keyUsage);
    try {
      if (value.isEmpty()) {
        return true;
      }
      KeyUsage usage = KeyUsage.getInstance(value.get());
      return usage.hasUsages(KeyUsage.digitalSignature)
          || usage.hasUsages(KeyUsage.keyAgreement)
          || usage.hasUsages(KeyUsage.keyEncipherment);
    } catch (RuntimeException e) {
      throw new MalformedCertificateException("its key usage cannot be read");
    }
  }

  /// The purposes listed; empty when it does not say.
  Optional<Set<String>> purposes() throws MalformedCertificateException {
    if (!has(Extension.extendedKeyUsage)) {
      return Optional.empty();
    }
    Set<String> purposes = new HashSet<>();
    for (ASN1Encodable purpose : sequence(Extension.extendedKeyUsage)) {
      if (!(purpose.toASN1Primitive() instanceof ASN1ObjectIdentifier id)) {
        throw new MalformedCertificateException("its purposes cannot be read");
      }
      purposes.add(id.getId());
    }
    if (purposes.isEmpty()) {
      throw new MalformedCertificateException("its list of purposes is empty");
    }
    return Optional.of(purposes);
  }

  /// What the names below are held to; empty when to nothing.
  Optional<NameLimits> nameLimits() throws MalformedCertificateException {
    if (!has(Extension.nameConstraints)) {
      return Optional.empty();
    }
    ASN1Sequence constraints = sequence(Extension.nameConstraints);
    try {
      return Optional.of(NameLimits.read(constraints));
    } catch (RuntimeException e) {
      throw new MalformedCertificateException("its name constraints cannot be read");
    }
  }

  private Optional<BasicConstraints> basicConstraints() throws MalformedCertificateException {
    try {
      return value(Extension.basicConstraints).map(BasicConstraints::getInstance);
    } catch (RuntimeException e) {
      throw new MalformedCertificateException("its basic constraints cannot be read");
    }
  }

  private ASN1Sequence sequence(ASN1ObjectIdentifier id) throws MalformedCertificateException {
    if (value(id).orElse(null) instanceof ASN1Sequence sequence) {
      return sequence;
    }
    throw new MalformedCertificateException("an extension cannot be read");
  }

  private Optional<ASN1Primitive> value(ASN1ObjectIdentifier id) {
    Extension extension = extensions == null ? null : extensions.getExtension(id);
    if (extension == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(ASN1Primitive.fromByteArray(extension.getExtnValue().getOctets()));
    } catch (IOException | RuntimeException e) {
      // Something that no reader takes for what it wants.
      return Optional.of(org.bouncycastle.asn1.DERNull.INSTANCE);
    }
  }
}
