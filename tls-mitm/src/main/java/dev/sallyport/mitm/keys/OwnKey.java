package dev.sallyport.mitm.keys;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;

/// A private key and the certificates that go with it.
///
/// @param key private
/// @param chain the key's own certificate first, then who vouches for it
public record OwnKey(PrivateKey key, List<X509Certificate> chain) {
  private static final byte[] PROBE = "sallyport".getBytes(java.nio.charset.StandardCharsets.UTF_8);

  /// Copies.
  public OwnKey {
    chain = List.copyOf(chain);
  }

  /// Reads two files, which may be one and the same.
  ///
  /// @param certificates PEM or DER, the key's own first
  /// @param key PEM or DER: PKCS#8, encrypted or not, or an RSA or EC key as OpenSSL writes it
  /// @throws KeyFileException when a file cannot be read, or the two do not belong together
  public static OwnKey pem(Path certificates, Path key, Passphrase passphrase)
      throws KeyFileException {
    OwnKey own =
        new OwnKey(PrivateKeyFile.read(key, passphrase), CertificateFile.read(certificates));
    own.check(certificates);
    return own;
  }

  /// Reads a PKCS#12 file with exactly one key.
  ///
  /// @throws KeyFileException when it cannot be read or opened, or holds no or several keys
  public static OwnKey pkcs12(Path file, Passphrase passphrase) throws KeyFileException {
    OwnKey own = Pkcs12File.read(file, passphrase);
    own.check(file);
    return own;
  }

  /// Reads either, as people give them: one file named twice that is not PEM is PKCS#12.
  ///
  /// @throws KeyFileException as the two above
  public static OwnKey read(Path certificates, Path key, Passphrase passphrase)
      throws KeyFileException {
    return certificates.equals(key) && !SmallFile.isPem(key)
        ? pkcs12(key, passphrase)
        : pem(certificates, key, passphrase);
  }

  /// The key's own certificate.
  public X509Certificate certificate() {
    return chain.getFirst();
  }

  @Override
  public String toString() {
    // Not the key.
    return certificate().getSubjectX500Principal().getName();
  }

  /// Whether the first certificate is the key's own.
  public boolean belongsTogether() {
    PublicKey open = certificate().getPublicKey();
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> "EdDSA";
        };
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(PROBE);
      byte[] signed = signature.sign();
      signature.initVerify(open);
      signature.update(PROBE);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      // A key of another kind than the certificate's, or of one that is not used here.
      return false;
    }
  }

  private void check(Path file) throws KeyFileException {
    if (!belongsTogether()) {
      throw new KeyFileException(
          file, "its first certificate is not that of the key: put the key's own first");
    }
  }
}
