package dev.sallyport.proxy.audit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/// What the signature on a line is made of: the octets of the line up to the field of the
/// signature, and the hash of the line before.
final class SignedLine {
  private static final byte[] DOMAIN = "sallyport audit 1\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FIELD =
      (",\"" + EventField.SIGNATURE.text() + "\":\"").getBytes(StandardCharsets.US_ASCII);

  /// The message for a line that goes as far as the field of its signature.
  static byte[] message(byte[] octets, int offset, int length, String prev) {
    ByteArrayOutputStream message = new ByteArrayOutputStream(length + 128);
    message.writeBytes(DOMAIN);
    message.write(octets, offset, length);
    message.writeBytes(("\n" + prev).getBytes(StandardCharsets.US_ASCII));
    return message.toByteArray();
  }

  private SignedLine() {}

  /// Whether a whole line of the file bears a signature of this key, in its place.
  static boolean holds(
      VerifyingKey key, byte[] octets, int offset, int length, RecordedEvent event) {
    Optional<String> text = event.text(EventField.SIGNATURE);
    Optional<String> prev = event.text(EventField.PREV);
    int end = lastField(octets, offset, offset + length);
    if (text.isEmpty() || prev.isEmpty() || end < 0) {
      return false;
    }
    try {
      byte[] signature = Base64.getDecoder().decode(text.get());
      return key.holds(message(octets, offset, end - offset, prev.get()), signature);
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }

  /// A value cannot hold the octets of the field: its quotes would be escaped.
  private static int lastField(byte[] octets, int from, int to) {
    for (int at = to - FIELD.length; at >= from; at--) {
      if (Arrays.equals(octets, at, at + FIELD.length, FIELD, 0, FIELD.length)) {
        return at;
      }
    }
    return -1;
  }
}
