package dev.sallyport.proxy.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/// Writes flat JSON objects, one behind the other, into one array that is used again and again.
///
/// Nothing that a client says can end a line or reach a terminal from one: control octets, line and
/// paragraph separators, and the characters that turn text around are written as escapes, a
/// surrogate without its partner as U+FFFD. Text is bounded in octets as written; what does not fit
/// ends in `…`. Not safe for use by several threads.
final class JsonLine {
  private static final int FIRST_CAPACITY = 16 * 1024;
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ELLIPSIS = {(byte) 0xe2, (byte) 0x80, (byte) 0xa6};
  private static final char REPLACEMENT = '\ufffd';

  private byte[] octets = new byte[FIRST_CAPACITY];
  private int length;
  private boolean first = true;

  int length() {
    return length;
  }

  void truncate(int toLength) {
    length = toLength;
  }

  /// The octets from `start`; valid until the next change.
  ByteBuffer from(int start) {
    return ByteBuffer.wrap(octets, start, length - start);
  }

  /// A copy of the octets from `start`.
  byte[] copy(int start) {
    return Arrays.copyOfRange(octets, start, length);
  }

  void digest(MessageDigest into, int start) {
    into.update(octets, start, length - start);
  }

  void begin() {
    first = true;
    put('{');
  }

  void end() {
    put('}');
  }

  void newLine() {
    put('\n');
  }

  void number(EventField field, long value) {
    key(field);
    digits(value);
  }

  /// A field whose value needs no escape, such as a code of ours.
  void code(EventField field, String value) {
    key(field);
    put('"');
    ascii(value);
    put('"');
  }

  /// A field of anybody's words.
  ///
  /// @param limit octets of the value as it is written, without its quotes
  void text(EventField field, String value, int limit) {
    key(field);
    quoted(value, limit);
  }

  void yes(EventField field) {
    key(field);
    ascii("true");
  }

  /// The name of a field that has no constant.
  ///
  /// @param name made of letters, digits, `.`, `_` and `-` only
  void name(String name) {
    comma();
    put('"');
    ascii(name);
    put('"');
    put(':');
  }

  void quoted(String value, int limit) {
    put('"');
    int start = length;
    int fits = start;
    int i = 0;
    while (i < value.length()) {
      int c = value.codePointAt(i);
      i += Character.charCount(c);
      character(c);
      if (length - start > limit) {
        length = fits;
        raw(ELLIPSIS);
        break;
      }
      if (length - start <= limit - ELLIPSIS.length) {
        fits = length;
      }
    }
    put('"');
  }

  void put(char ascii) {
    room(1);
    octets[length++] = (byte) ascii;
  }

  void ascii(String text) {
    int n = text.length();
    room(n);
    for (int i = 0; i < n; i++) {
      octets[length++] = (byte) text.charAt(i);
    }
  }

  void digits(long value) {
    ascii(Long.toString(value));
  }

  void key(EventField field) {
    comma();
    raw(field.key());
  }

  private void comma() {
    if (first) {
      first = false;
    } else {
      put(',');
    }
  }

  private void character(int c) {
    if (c == '"' || c == '\\') {
      put('\\');
      put((char) c);
    } else if (c >= 0x20 && c < 0x7f) {
      put((char) c);
    } else if (isHidden(c)) {
      escape(c);
    } else {
      utf8(c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? REPLACEMENT : c);
    }
  }

  /// C0, DEL and C1; separators that some readers take for a line's end; marks that reorder what a
  /// person sees (Unicode Technical Report 36, section 2.10.2).
  private static boolean isHidden(int c) {
    return c < 0xa0
        || c == 0x061c
        || (c >= 0x200e && c <= 0x200f)
        || (c >= 0x2028 && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069);
  }

  private void escape(int c) {
    ascii("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      put((char) HEX[(c >> shift) & 0xf]);
    }
  }

  private void utf8(int c) {
    if (c < 0x800) {
      octet(0xc0 | (c >> 6));
    } else {
      if (c < 0x10000) {
        octet(0xe0 | (c >> 12));
      } else {
        octet(0xf0 | (c >> 18));
        octet(0x80 | ((c >> 12) & 0x3f));
      }
      octet(0x80 | ((c >> 6) & 0x3f));
    }
    octet(0x80 | (c & 0x3f));
  }

  private void octet(int value) {
    room(1);
    octets[length++] = (byte) value;
  }

  private void raw(byte[] more) {
    room(more.length);
    System.arraycopy(more, 0, octets, length, more.length);
    length += more.length;
  }

  private void room(int more) {
    if (length + more > octets.length) {
      octets = Arrays.copyOf(octets, Math.max(octets.length * 2, length + more));
    }
  }
}
