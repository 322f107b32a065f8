package dev.sallyport.proxy.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// What the lines of one head say about framing. Filled line by line while the head is checked; one
/// per message.
final class HeadFacts {
  private static final int MAX_LENGTH_DIGITS = 18;

  /// What a Host field may hold beside letters and digits: RFC 3986 section 3.2.2, brackets and the
  /// port's colon included. Another host could hide behind anything else.
  private static final String HOST_MARKS = "-._~!$&'()*+,;=%:[]";

  private int hosts;
  private boolean hostWellFormed = true;
  private int contentLengths;
  private int transferCodings;
  private long contentLength;

  /// Takes a field line that is known to be `name ":" value`.
  void field(ByteBuf line, int start, int colon, int end) throws WireException {
    int nameLength = colon - start;
    if (nameLength == 4 && is(line, start, "host")) {
      hosts++;
      hostWellFormed &= trimmed(line, colon + 1, end).chars().allMatch(HeadFacts::isHostOctet);
    } else if (nameLength == 14 && is(line, start, "content-length")) {
      contentLengths++;
      contentLength = contentLength(trimmed(line, colon + 1, end));
    } else if (nameLength == 17 && is(line, start, "transfer-encoding")) {
      transferCodings++;
      if (!"chunked".equals(trimmed(line, colon + 1, end).toLowerCase(Locale.ROOT))) {
        throw new WireException("the only transfer coding taken is `chunked`");
      }
    }
  }

  int hosts() {
    return hosts;
  }

  /// Whether no Host field holds an octet that the grammar of a host does not have (RFC 9112
  /// section 3.2: such a request must be refused).
  boolean isHostWellFormed() {
    return hostWellFormed;
  }

  boolean hasLength() {
    return contentLengths > 0;
  }

  boolean isChunked() {
    return transferCodings > 0;
  }

  long contentLength() {
    return contentLength;
  }

  /// Refuses what two readers could frame differently (RFC 9112 section 6).
  void check(boolean http10) throws WireException {
    if (contentLengths > 1) {
      throw new WireException("Content-Length stands more than once");
    }
    if (transferCodings > 1) {
      throw new WireException("Transfer-Encoding stands more than once");
    }
    if (contentLengths > 0 && transferCodings > 0) {
      throw new WireException("Content-Length and Transfer-Encoding stand together");
    }
    if (transferCodings > 0 && http10) {
      throw new WireException("HTTP/1.0 has no transfer codings");
    }
  }

  private static boolean is(ByteBuf line, int start, String lowerName) {
    for (int i = 0; i < lowerName.length(); i++) {
      if ((line.getByte(start + i) | 0x20) != lowerName.charAt(i)
          && line.getByte(start + i) != lowerName.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static String trimmed(ByteBuf line, int from, int to) {
    int start = from;
    int end = to;
    while (start < end && isBlank(line.getByte(start))) {
      start++;
    }
    while (end > start && isBlank(line.getByte(end - 1))) {
      end--;
    }
    return line.toString(start, end - start, StandardCharsets.ISO_8859_1);
  }

  private static boolean isHostOctet(int c) {
    return (c >= '0' && c <= '9')
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || HOST_MARKS.indexOf(c) >= 0;
  }

  private static boolean isBlank(byte octet) {
    return octet == Octets.SP || octet == Octets.HTAB;
  }

  private static long contentLength(String digits) throws WireException {
    boolean right =
        !digits.isEmpty()
            && digits.length() <= MAX_LENGTH_DIGITS
            && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!right) {
      throw new WireException(
          "Content-Length is not a plain number of at most " + MAX_LENGTH_DIGITS + " digits");
    }
    return Long.parseLong(digits);
  }
}
