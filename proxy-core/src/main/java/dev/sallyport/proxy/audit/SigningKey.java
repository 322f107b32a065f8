package dev.sallyport.proxy.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Set;
import java.util.UUID;

/// The key with which a gate signs checkpoints: Ed25519 (RFC 8032), in `audit-signing.key` beside
/// the audit file (PKCS#8 and the public part, in PEM; 0600), the public part once more in
/// `audit-signing.pub` for whoever verifies. All chains of a folder share it.
///
/// A signature covers the line up to its own field and the hash of the line before, so everything
/// that the record says and all of the chain before it. Not safe for use by several threads.
final class SigningKey {
  /// The last name of the file with the private key.
  static final String PRIVATE_FILE = "audit-signing.key";

  /// The last name of the file with the public key.
  static final String PUBLIC_FILE = "audit-signing.pub";

  private static final String PRIVATE_LABEL = "PRIVATE KEY";
  private static final byte[] TRIAL = "sallyport audit trial".getBytes(StandardCharsets.US_ASCII);

  private final PrivateKey key;
  private final VerifyingKey open;

  private SigningKey(PrivateKey key, VerifyingKey open) {
    this.key = key;
    this.open = open;
  }

  /// The key of a folder, created when there is none. Two gates may do so at once.
  ///
  /// @throws AuditOpenException when what is there is no such key
  /// @throws IOException when a file cannot be read or written
  static SigningKey open(Path folder) throws IOException {
    Path file = folder.resolve(PRIVATE_FILE);
    if (!Files.exists(file)) {
      create(folder, file);
    }
    SigningKey key = read(file);
    Path open = folder.resolve(PUBLIC_FILE);
    if (!Files.exists(open) || !Files.readString(open).equals(key.open.pem())) {
      Path temporary = temporary(folder);
      Files.writeString(temporary, key.open.pem(), StandardOpenOption.CREATE_NEW);
      Files.move(temporary, open, StandardCopyOption.REPLACE_EXISTING);
    }
    return key;
  }

  /// The public part.
  VerifyingKey open() {
    return open;
  }

  /// Its name in events.
  String id() {
    return open.id();
  }

  /// The signature of a message.
  byte[] sign(byte[] message) {
    try {
      Signature signature = Signature.getInstance(VerifyingKey.ALGORITHM);
      signature.initSign(key);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("a key that was tried cannot sign", impossible);
    }
  }

  private static void create(Path folder, Path file) throws IOException {
    Path temporary = temporary(folder);
    Files.createFile(temporary, OwnerOnly.file(temporary));
    try {
      KeyPair pair = KeyPairGenerator.getInstance(VerifyingKey.ALGORITHM).generateKeyPair();
      VerifyingKey open = new VerifyingKey(pair.getPublic());
      Files.writeString(
          temporary, Pem.text(PRIVATE_LABEL, pair.getPrivate().getEncoded()) + open.pem());
      // A link does not replace what another gate has put there meanwhile.
      Files.createLink(file, temporary);
    } catch (FileAlreadyExistsException other) {
      // It was first, and its key is the folder's.
    } catch (UnsupportedOperationException noLinks) {
      Files.move(temporary, file);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has Ed25519", impossible);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static SigningKey read(Path file) throws IOException {
    try {
      String text = Files.readString(file, StandardCharsets.US_ASCII);
      PrivateKey secret =
          KeyFactory.getInstance(VerifyingKey.ALGORITHM)
              .generatePrivate(new PKCS8EncodedKeySpec(Pem.octets(PRIVATE_LABEL, text)));
      SigningKey key = new SigningKey(secret, VerifyingKey.of(text));
      if (!key.open.holds(TRIAL, key.sign(TRIAL))) {
        throw unusable(file);
      }
      return key;
    } catch (IllegalArgumentException | GeneralSecurityException wrong) {
      throw unusable(file);
    }
  }

  private static AuditOpenException unusable(Path file) {
    return new AuditOpenException(
        "`%s` is not an audit signing key; move it away, and a new one is made".formatted(file));
  }

  private static Path temporary(Path folder) {
    return folder.resolve(PRIVATE_FILE + "." + UUID.randomUUID());
  }

  /// The base64 text of a signature in an event.
  static String text(byte[] signature) {
    return Base64.getEncoder().encodeToString(signature);
  }

  /// Names that are no chains.
  static boolean isKeyFile(Path file) {
    return Set.of(PRIVATE_FILE, PUBLIC_FILE).contains(ChainFiles.name(file));
  }
}
