package dev.sallyport.proxy.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// The end of every line: `,"sallyport.hash":"` and 64 hexadecimal digits and `"}`. The hash is
/// SHA-256 over the line as it would stand without that field, which is everything before it and
/// the closing brace.
final class Seal {
  /// What the first event of a chain names as the hash before it.
  static final String NO_HASH = "0".repeat(64);

  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  private static final byte[] BEFORE = ",\"sallyport.hash\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final int HEX_OCTETS = 64;
  private static final int LENGTH = BEFORE.length + HEX_OCTETS + 2;

  private Seal() {}

  /// Whether a text has the form of a hash.
  static boolean isHash(String text) {
    return HASH.matcher(text).matches();
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }

  /// Whether a line without its line feed ends in a seal and the seal is the line's own.
  static boolean holds(byte[] octets, int offset, int length) {
    if (length <= LENGTH) {
      return false;
    }
    int at = offset + length - LENGTH;
    int hex = at + BEFORE.length;
    boolean shaped =
        Arrays.equals(octets, at, hex, BEFORE, 0, BEFORE.length)
            && octets[hex + HEX_OCTETS] == '"'
            && octets[hex + HEX_OCTETS + 1] == '}';
    if (!shaped) {
      return false;
    }
    MessageDigest digest = sha256();
    digest.update(octets, offset, length - LENGTH);
    digest.update((byte) '}');
    byte[] right = HexFormat.of().formatHex(digest.digest()).getBytes(StandardCharsets.US_ASCII);
    return Arrays.equals(octets, hex, hex + HEX_OCTETS, right, 0, HEX_OCTETS);
  }
}
