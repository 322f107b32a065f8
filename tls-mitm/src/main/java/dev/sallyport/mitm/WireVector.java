package dev.sallyport.mitm;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/// What is left of a run of octets in a handshake message: read from the front, never past its end
/// (the presentation language of RFC 8446 section 3). Nothing is copied.
final class WireVector {
  private final byte[] octets;
  private final int end;
  private final String name;
  private int position;

  /// @param name what the octets are, for the words of a failure
  WireVector(byte[] octets, int start, int end, String name) {
    this.octets = octets;
    this.position = start;
    this.end = end;
    this.name = name;
  }

  boolean isEmpty() {
    return position == end;
  }

  int length() {
    return end - position;
  }

  int uint8() throws MalformedHelloException {
    return octets[advance(1)] & 0xff;
  }

  int uint16() throws MalformedHelloException {
    return uint8() << 8 | uint8();
  }

  void skip(int count) throws MalformedHelloException {
    advance(count);
  }

  /// The next octets, as many as one octet before them says.
  WireVector vector8(String name) throws MalformedHelloException {
    return take(uint8(), name);
  }

  /// The next octets, as many as two octets before them say.
  WireVector vector16(String name) throws MalformedHelloException {
    return take(uint16(), name);
  }

  /// Fails unless everything was read.
  void end() throws MalformedHelloException {
    if (!isEmpty()) {
      throw new MalformedHelloException(name + " is followed by octets that are not part of it");
    }
  }

  /// What is left, each octet as one character of ISO 8859-1.
  String text() {
    return new String(octets, position, length(), ISO_8859_1);
  }

  private WireVector take(int count, String inner) throws MalformedHelloException {
    int start = advance(count);
    return new WireVector(octets, start, position, inner);
  }

  private int advance(int count) throws MalformedHelloException {
    if (count > length()) {
      throw new MalformedHelloException(name + " ends too early");
    }
    int start = position;
    position += count;
    return start;
  }
}
