package dev.sallyport.mitm.keys;

import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;

/// Writes PEM (RFC 7468).
public final class Pem {
  private static final int LINE = 64;

  private Pem() {}

  /// A certificate, with a line end.
  public static String of(X509Certificate certificate) {
    try {
      return block("CERTIFICATE", certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate of our own cannot be encoded", e);
    }
  }

  /// A private key as PKCS#8, with a line end.
  public static String of(PrivateKey key) {
    return block("PRIVATE KEY", key.getEncoded());
  }

  /// Any block, with a line end.
  private static String block(String label, byte[] der) {
    String text =
        Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n";
  }
}
