package dev.sallyport.proxy.identify;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/// The secret half of a token. It exists once, between its making and its printing; its text is
/// nowhere else.
public final class Secret {
  /// How every secret begins, so that scanners for leaked secrets can know it.
  public static final String PREFIX = "spt_";

  private static final int RANDOM_OCTETS = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final String text;

  private Secret(String text) {
    this.text = text;
  }

  /// A fresh secret of 256 random bits.
  public static Secret random() {
    byte[] octets = new byte[RANDOM_OCTETS];
    RANDOM.nextBytes(octets);
    return new Secret(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(octets));
  }

  /// The text to hand over: URL-safe, to be used as the password of proxy credentials.
  public String reveal() {
    return text;
  }

  /// The SHA-256 in lower-case hexadecimal, as it goes on file.
  public String sha256() {
    return HexFormat.of().formatHex(sha256(text));
  }

  /// The SHA-256 of a secret's text in UTF-8. A plain hash is enough because a secret has 256
  /// random bits; nothing can be guessed that a slow hash would protect.
  static byte[] sha256(String secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }

  @Override
  public String toString() {
    return PREFIX + "…";
  }
}
