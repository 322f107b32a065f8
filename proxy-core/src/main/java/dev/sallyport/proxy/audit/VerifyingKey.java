package dev.sallyport.proxy.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

/// The public part of a [SigningKey]. Immutable.
public final class VerifyingKey {
  static final String ALGORITHM = "Ed25519";

  private static final String LABEL = "PUBLIC KEY";
  private static final int ID_OCTETS = 16;

  /// A file with a key is not longer.
  private static final int MAX_OCTETS = 64 * 1024;

  private final PublicKey key;
  private final String id;

  VerifyingKey(PublicKey key) {
    this.key = key;
    byte[] digest = Seal.sha256().digest(key.getEncoded());
    this.id = HexFormat.of().formatHex(digest, 0, ID_OCTETS);
  }

  /// Reads a PEM file.
  ///
  /// @throws IOException when it cannot be read, with a sentence when it holds no such key
  public static VerifyingKey read(Path file) throws IOException {
    if (Files.size(file) > MAX_OCTETS) {
      throw new IOException("the file is too long for a key");
    }
    try {
      return of(Files.readString(file, StandardCharsets.US_ASCII));
    } catch (IllegalArgumentException | GeneralSecurityException wrong) {
      throw new IOException("it holds no Ed25519 public key in PEM", wrong);
    }
  }

  /// Where the public key of a log, or of a folder of logs, stands.
  public static Path fileBeside(Path fileOrFolder) {
    return Files.isDirectory(fileOrFolder)
        ? fileOrFolder.resolve(SigningKey.PUBLIC_FILE)
        : ChainFiles.of(fileOrFolder).folder().resolve(SigningKey.PUBLIC_FILE);
  }

  static VerifyingKey of(String pem) throws GeneralSecurityException {
    return new VerifyingKey(
        KeyFactory.getInstance(ALGORITHM)
            .generatePublic(new X509EncodedKeySpec(Pem.octets(LABEL, pem))));
  }

  /// The first half of the SHA-256 of its encoding (SubjectPublicKeyInfo), in hexadecimal: what
  /// events call it.
  public String id() {
    return id;
  }

  /// As text.
  public String pem() {
    return Pem.text(LABEL, key.getEncoded());
  }

  /// Whether a signature is of this key and this message.
  boolean holds(byte[] message, byte[] signature) {
    try {
      Signature check = Signature.getInstance(ALGORITHM);
      check.initVerify(key);
      check.update(message);
      return check.verify(signature);
    } catch (GeneralSecurityException malformed) {
      return false;
    }
  }
}
