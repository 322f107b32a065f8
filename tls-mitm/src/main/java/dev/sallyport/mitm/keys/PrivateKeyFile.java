package dev.sallyport.mitm.keys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.util.io.pem.PemObject;

/// A file with one private key.
public final class PrivateKeyFile {
  private static final String HOW_TO = "`openssl pkcs8 -topk8 -v2 aes-256-cbc` writes one that can";

  private PrivateKeyFile() {}

  /// The one private key in the file; certificates beside it are passed over.
  ///
  /// @throws KeyFileException when it cannot be read or opened, or there is none or more than one
  public static PrivateKey read(Path file, Passphrase passphrase) throws KeyFileException {
    byte[] octets = SmallFile.read(file);
    String text = new String(octets, StandardCharsets.ISO_8859_1);
    if (!SmallFile.isPem(octets)) {
      return plain(file, octets);
    }
    List<PemObject> keys =
        CertificateFile.blocks(file, text).stream()
            .filter(block -> block.getType().endsWith("PRIVATE KEY"))
            .toList();
    if (keys.isEmpty()) {
      throw new KeyFileException(file, "there is no private key in it");
    }
    if (keys.size() > 1) {
      throw new KeyFileException(file, "there is more than one private key in it");
    }
    PemObject key = keys.getFirst();
    if (!key.getHeaders().isEmpty()) {
      throw new KeyFileException(
          file, "its key is encrypted in a way of old that cannot be opened: " + HOW_TO);
    }
    return switch (key.getType()) {
      case "PRIVATE KEY" -> plain(file, key.getContent());
      case "ENCRYPTED PRIVATE KEY" -> encrypted(file, key.getContent(), passphrase);
      case "RSA PRIVATE KEY", "EC PRIVATE KEY" -> traditional(file, key);
      default ->
          throw new KeyFileException(file, "its key is of a form that cannot be read: " + HOW_TO);
    };
  }

  private static PrivateKey plain(Path file, byte[] der) throws KeyFileException {
    try {
      return new JcaPEMKeyConverter().getPrivateKey(PrivateKeyInfo.getInstance(der));
    } catch (PEMException | RuntimeException e) {
      throw broken(file);
    }
  }

  /// The forms of PKCS#1 and SEC 1, which say the algorithm in the label only.
  private static PrivateKey traditional(Path file, PemObject key) throws KeyFileException {
    try {
      PrivateKeyInfo info;
      if (key.getType().startsWith("RSA")) {
        info =
            new PrivateKeyInfo(
                new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                RSAPrivateKey.getInstance(key.getContent()));
      } else {
        ECPrivateKey ec = ECPrivateKey.getInstance(key.getContent());
        info =
            new PrivateKeyInfo(
                new AlgorithmIdentifier(
                    X9ObjectIdentifiers.id_ecPublicKey, ec.getParametersObject()),
                ec);
      }
      return plain(file, info.getEncoded());
    } catch (IOException | RuntimeException e) {
      throw broken(file);
    }
  }

  private static PrivateKey encrypted(Path file, byte[] der, Passphrase passphrase)
      throws KeyFileException {
    if (passphrase.isNone()) {
      throw new KeyFileException(file, "its key is encrypted: name the file with its passphrase");
    }
    try {
      Optional<byte[]> opened = Pbes2.open(der, passphrase);
      if (opened.isPresent()) {
        return plain(file, opened.get());
      }
    } catch (GeneralSecurityException | RuntimeException e) {
      throw doesNotOpen(file);
    }
    EncryptedPrivateKeyInfo info;
    try {
      info = new EncryptedPrivateKeyInfo(der);
    } catch (IOException | RuntimeException e) {
      throw broken(file);
    }
    try {
      // For PBES2 only the parameters know the whole name of the algorithm.
      String algorithm =
          info.getAlgParameters() == null ? info.getAlgName() : info.getAlgParameters().toString();
      SecretKey secret =
          SecretKeyFactory.getInstance(algorithm)
              .generateSecret(new PBEKeySpec(passphrase.characters()));
      Cipher cipher = Cipher.getInstance(algorithm);
      cipher.init(Cipher.DECRYPT_MODE, secret, info.getAlgParameters());
      return plain(file, info.getKeySpec(cipher).getEncoded());
    } catch (GeneralSecurityException | RuntimeException e) {
      throw doesNotOpen(file);
    }
  }

  private static KeyFileException doesNotOpen(Path file) {
    return new KeyFileException(
        file,
        "its key does not open: the passphrase is another one, or the encryption is not known: "
            + HOW_TO);
  }

  private static KeyFileException broken(Path file) {
    return new KeyFileException(file, "its key cannot be read: " + HOW_TO);
  }
}
