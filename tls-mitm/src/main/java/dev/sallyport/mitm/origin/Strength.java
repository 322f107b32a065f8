package dev.sallyport.mitm.origin;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PSSParameterSpec;
import java.util.Set;

/// Which keys and signatures are taken: those that browsers take, and Ed25519 and Ed448 as well.
final class Strength {
  private static final int RSA_BITS = 2048;

  /// Above, one check costs so much that an origin could keep the gate busy.
  private static final int MAX_RSA_BITS = 8192;

  private static final int EC_BITS = 256;

  /// PKCS #1 and ECDSA with SHA-256, 384 and 512; Ed25519 and Ed448.
  private static final Set<String> SIGNATURES =
      Set.of(
          "1.2.840.113549.1.1.11",
          "1.2.840.113549.1.1.12",
          "1.2.840.113549.1.1.13",
          "1.2.840.10045.4.3.2",
          "1.2.840.10045.4.3.3",
          "1.2.840.10045.4.3.4",
          "1.3.101.112",
          "1.3.101.113");

  private static final String PSS = "1.2.840.113549.1.1.10";

  private static final Set<String> HASHES = Set.of("SHA-256", "SHA-384", "SHA-512");

  private Strength() {}

  /// Whether a key cannot be broken.
  static boolean isStrong(PublicKey key) {
    return switch (key) {
      case RSAPublicKey rsa ->
          rsa.getModulus().bitLength() >= RSA_BITS && rsa.getModulus().bitLength() <= MAX_RSA_BITS;
      case ECPublicKey ec -> ec.getParams().getOrder().bitLength() >= EC_BITS;
      case EdECPublicKey _ -> true;
      default -> false;
    };
  }

  /// Whether the signature under a certificate cannot be forged.
  static boolean isStronglySigned(X509Certificate certificate) {
    String algorithm = certificate.getSigAlgOID();
    return SIGNATURES.contains(algorithm)
        || (algorithm.equals(PSS) && HASHES.contains(pssHash(certificate)));
  }

  private static String pssHash(X509Certificate certificate) {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
      parameters.init(certificate.getSigAlgParams());
      return parameters.getParameterSpec(PSSParameterSpec.class).getDigestAlgorithm();
    } catch (GeneralSecurityException | IOException | RuntimeException e) {
      return "";
    }
  }
}
