package dev.sallyport.mitm.origin;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.Principal;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A certificate as a provider may hand it over: octets that nobody has looked into. Some of the
/// cases cannot be read by the JDK, and must not make a test fail before the judge has seen them.
final class SentCertificate extends X509Certificate {
  private static final long serialVersionUID = 1;

  private final byte[] der;

  private SentCertificate(byte[] der) {
    this.der = der;
  }

  /// The JDK's own where it reads them.
  static X509Certificate of(byte[] der) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      return new SentCertificate(der);
    }
  }

  @Override
  public byte[] getEncoded() {
    return der.clone();
  }

  private static UnsupportedOperationException unread() {
    return new UnsupportedOperationException("only its octets are known");
  }

  @Override
  public void checkValidity() {
    throw unread();
  }

  @Override
  public void checkValidity(Date date) {
    throw unread();
  }

  @Override
  public int getVersion() {
    throw unread();
  }

  @Override
  public BigInteger getSerialNumber() {
    throw unread();
  }

  @Override
  @Deprecated
  public Principal getIssuerDN() {
    throw unread();
  }

  @Override
  @Deprecated
  public Principal getSubjectDN() {
    throw unread();
  }

  @Override
  public Date getNotBefore() {
    throw unread();
  }

  @Override
  public Date getNotAfter() {
    throw unread();
  }

  @Override
  public byte[] getTBSCertificate() {
    throw unread();
  }

  @Override
  public byte[] getSignature() {
    throw unread();
  }

  @Override
  public String getSigAlgName() {
    throw unread();
  }

  @Override
  public String getSigAlgOID() {
    throw unread();
  }

  @Override
  public byte[] getSigAlgParams() {
    throw unread();
  }

  @Override
  public boolean @Nullable [] getIssuerUniqueID() {
    throw unread();
  }

  @Override
  public boolean @Nullable [] getSubjectUniqueID() {
    throw unread();
  }

  @Override
  public boolean @Nullable [] getKeyUsage() {
    throw unread();
  }

  @Override
  public int getBasicConstraints() {
    throw unread();
  }

  @Override
  public void verify(PublicKey key) {
    throw unread();
  }

  @Override
  public void verify(PublicKey key, @Nullable String provider) {
    throw unread();
  }

  @Override
  public String toString() {
    return der.length + " octets";
  }

  @Override
  public PublicKey getPublicKey() {
    throw unread();
  }

  @Override
  public boolean hasUnsupportedCriticalExtension() {
    throw unread();
  }

  @Override
  public @Nullable Set<String> getCriticalExtensionOIDs() {
    throw unread();
  }

  @Override
  public @Nullable Set<String> getNonCriticalExtensionOIDs() {
    throw unread();
  }

  @Override
  public byte @Nullable [] getExtensionValue(String id) {
    throw unread();
  }
}
