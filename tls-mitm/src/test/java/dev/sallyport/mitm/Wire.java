package dev.sallyport.mitm;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;

/// Octets as TLS lays them out; nothing is checked, so that wrong ones can be made.
final class Wire {
  static final int HANDSHAKE = 22;
  static final int ALERT = 21;

  private Wire() {}

  static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  static byte[] ascii(String text) {
    return text.getBytes(ISO_8859_1);
  }

  static byte[] filled(int octets, int value) {
    byte[] filled = new byte[octets];
    Arrays.fill(filled, (byte) value);
    return filled;
  }

  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  static byte[] uint16(int value) {
    return new byte[] {(byte) (value >> 8), (byte) value};
  }

  static byte[] vector8(byte[] content) {
    return concat(new byte[] {(byte) content.length}, content);
  }

  static byte[] vector16(byte[] content) {
    return concat(uint16(content.length), content);
  }

  static byte[] vector24(byte[] content) {
    return concat(new byte[] {(byte) (content.length >> 16)}, vector16(content));
  }

  /// A record of whatever type.
  static byte[] record(int type, byte[] content) {
    return concat(new byte[] {(byte) type, 3, 1}, vector16(content));
  }

  /// A handshake message in records of the sizes given, the rest in one more.
  static byte[] records(byte[] message, int... sizes) {
    byte[] all = new byte[0];
    int start = 0;
    for (int size : sizes) {
      all = concat(all, record(HANDSHAKE, Arrays.copyOfRange(message, start, start + size)));
      start += size;
    }
    return start == message.length
        ? all
        : concat(all, record(HANDSHAKE, Arrays.copyOfRange(message, start, message.length)));
  }
}
