package dev.sallyport.mitm.keys;

import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.EncryptionScheme;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;

/// Opens keys that are encrypted by PBES2 with PBKDF2 (RFC 8018 section 6.2), whichever of its
/// ciphers OpenSSL took: the JDK knows AES alone, and `openssl req` takes triple DES unless told
/// otherwise.
final class Pbes2 {
  /// Rounds of the most patient program; beyond, a file would hold up the start for minutes.
  static final int MAX_ROUNDS = 2_000_000;

  private record Kind(String algorithm, int octets) {}

  private static final Map<ASN1ObjectIdentifier, Kind> CIPHERS =
      Map.of(
          PKCSObjectIdentifiers.des_EDE3_CBC, new Kind("DESede", 24),
          NISTObjectIdentifiers.id_aes128_CBC, new Kind("AES", 16),
          NISTObjectIdentifiers.id_aes192_CBC, new Kind("AES", 24),
          NISTObjectIdentifiers.id_aes256_CBC, new Kind("AES", 32));

  private static final Map<ASN1ObjectIdentifier, String> DERIVATIONS =
      Map.of(
          PKCSObjectIdentifiers.id_hmacWithSHA1, "PBKDF2WithHmacSHA1",
          PKCSObjectIdentifiers.id_hmacWithSHA256, "PBKDF2WithHmacSHA256",
          PKCSObjectIdentifiers.id_hmacWithSHA384, "PBKDF2WithHmacSHA384",
          PKCSObjectIdentifiers.id_hmacWithSHA512, "PBKDF2WithHmacSHA512");

  private Pbes2() {}

  /// The key inside, as PKCS#8; empty when it is encrypted in another way.
  ///
  /// @throws GeneralSecurityException when the passphrase is another one
  /// @throws RuntimeException when the structure is broken
  static Optional<byte[]> open(byte[] der, Passphrase passphrase) throws GeneralSecurityException {
    EncryptedPrivateKeyInfo info = EncryptedPrivateKeyInfo.getInstance(der);
    if (!PKCSObjectIdentifiers.id_PBES2.equals(info.getEncryptionAlgorithm().getAlgorithm())) {
      return Optional.empty();
    }
    PBES2Parameters parameters =
        PBES2Parameters.getInstance(info.getEncryptionAlgorithm().getParameters());
    EncryptionScheme scheme = parameters.getEncryptionScheme();
    Kind kind = CIPHERS.get(scheme.getAlgorithm());
    if (kind == null
        || !PKCSObjectIdentifiers.id_PBKDF2.equals(
            parameters.getKeyDerivationFunc().getAlgorithm())) {
      return Optional.empty();
    }
    PBKDF2Params derivation =
        PBKDF2Params.getInstance(parameters.getKeyDerivationFunc().getParameters());
    String derive = DERIVATIONS.get(derivation.getPrf().getAlgorithm());
    if (derive == null || derivation.getIterationCount().bitLength() > Integer.SIZE - 1) {
      return Optional.empty();
    }
    int rounds = derivation.getIterationCount().intValue();
    if (rounds < 1 || rounds > MAX_ROUNDS) {
      return Optional.empty();
    }
    byte[] key =
        SecretKeyFactory.getInstance(derive)
            .generateSecret(
                new PBEKeySpec(
                    passphrase.characters(),
                    derivation.getSalt(),
                    rounds,
                    kind.octets() * Byte.SIZE))
            .getEncoded();
    Cipher cipher = Cipher.getInstance(kind.algorithm() + "/CBC/PKCS5Padding");
    cipher.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(key, kind.algorithm()),
        new IvParameterSpec(ASN1OctetString.getInstance(scheme.getParameters()).getOctets()));
    return Optional.of(cipher.doFinal(info.getEncryptedData()));
  }
}
