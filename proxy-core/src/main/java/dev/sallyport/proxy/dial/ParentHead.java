package dev.sallyport.proxy.dial;

import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/// Reads the head of a parent proxy's answer to CONNECT, octet by octet and in one strict form:
/// `HTTP/1.x`, a status of three digits, lines that end in CRLF, fields with a name (RFC 9112
/// sections 2 to 5). Knows at any time how many octets may be read without taking any that belong
/// to the tunnel.
final class ParentHead {
  /// Octets of the head with its status line and its empty line.
  static final int MAX_OCTETS = 16 * 1024;

  private static final byte[] END = {'\r', '\n', '\r', '\n'};
  private static final byte[] PREFIX = "HTTP/1.".getBytes(StandardCharsets.US_ASCII);
  private static final int STATUS_AT = PREFIX.length + 2;
  private static final int STATUS_DIGITS = 3;

  private final StringBuilder line = new StringBuilder(128);
  private int octets;
  private int matched;
  private int status;
  private boolean garbage;

  /// How many octets the head still has at least: 0 once it is complete.
  int lack() {
    return END.length - matched;
  }

  boolean isComplete() {
    return matched == END.length;
  }

  /// Whether this is no answer that may be acted on. Said as early as it shows.
  boolean isGarbage() {
    return garbage;
  }

  /// The status, once the head is complete.
  OptionalInt status() {
    return isComplete() && !garbage ? OptionalInt.of(status) : OptionalInt.empty();
  }

  /// Takes the next octet. None is to follow the last one of the head, or one that makes it
  /// garbage.
  void take(byte octet) {
    boolean expectsLineFeed = matched % 2 == 1;
    boolean isLineFeed = octet == '\n';
    if (++octets > MAX_OCTETS || expectsLineFeed != isLineFeed) {
      garbage = true;
    } else if (octet == END[matched]) {
      matched++;
      garbage = isLineFeed && !endLine();
    } else {
      matched = 0;
      garbage = !isText(octet) || isFalseStart(octet);
      line.append((char) (octet & 0xff));
    }
  }

  private static boolean isText(byte octet) {
    int c = octet & 0xff;
    return (c >= ' ' && c != 0x7f) || c == '\t';
  }

  /// What does not speak HTTP is not waited for.
  private boolean isFalseStart(byte octet) {
    return octets <= PREFIX.length && octet != PREFIX[octets - 1];
  }

  /// Returns whether the line that ends here may stand in a head.
  private boolean endLine() {
    if (isComplete()) {
      return true;
    }
    boolean first = status == 0;
    boolean right = first ? readStatus() : isField();
    line.setLength(0);
    return right;
  }

  private boolean readStatus() {
    int end = STATUS_AT + STATUS_DIGITS;
    boolean shaped =
        line.length() >= end
            && (line.charAt(STATUS_AT - 2) == '0' || line.charAt(STATUS_AT - 2) == '1')
            && line.charAt(STATUS_AT - 1) == ' '
            && (line.length() == end || line.charAt(end) == ' ');
    if (!shaped) {
      return false;
    }
    for (int i = STATUS_AT; i < end; i++) {
      int digit = line.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return false;
      }
      status = status * 10 + digit;
    }
    return status >= 100 && status <= 599;
  }

  /// A name directly before a colon; a folded line begins with a blank and has none.
  private boolean isField() {
    int colon = line.indexOf(":");
    if (colon <= 0) {
      return false;
    }
    for (int i = 0; i < colon; i++) {
      char c = line.charAt(i);
      if (c <= ' ' || c >= 0x7f) {
        return false;
      }
    }
    return true;
  }
}
