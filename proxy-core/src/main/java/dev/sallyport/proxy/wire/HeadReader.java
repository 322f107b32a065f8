package dev.sallyport.proxy.wire;

import io.netty.buffer.ByteBuf;

/// Checks the octets of one head as they come, each octet once, and consumes nothing: lines end in
/// CRLF alone (RFC 9112 section 2.2, without its leniency), names are tokens directly before the
/// colon, values hold no control octet, no line is folded.
final class HeadReader {
  private static final int EMPTY_LINE_OCTETS = 2;

  private final FramingGate gate;
  private final int maxHead;
  private final HeadFacts facts = new HeadFacts();
  private int scanned;
  private int lineStart;
  private int lines;
  private int colon = -1;
  private int skipped;

  HeadReader(FramingGate gate, int maxHead) {
    this.gate = gate;
    this.maxHead = maxHead;
  }

  /// Goes on where it stopped. Returns the octets up to the end of the head, or -1 while it is not
  /// complete.
  int scan(ByteBuf in) throws WireException {
    int base = in.readerIndex();
    int available = Math.min(in.readableBytes(), maxHead);
    while (scanned < available) {
      byte octet = in.getByte(base + scanned);
      if (octet == Octets.CR) {
        if (scanned + 2 > maxHead) {
          throw tooLong();
        }
        if (scanned + 1 == in.readableBytes()) {
          return -1;
        }
        if (in.getByte(base + scanned + 1) != Octets.LF) {
          throw new WireException("a carriage return stands alone");
        }
        if (endLine(in, base)) {
          return scanned;
        }
        continue;
      }
      check(octet);
      scanned++;
    }
    if (available == maxHead) {
      throw tooLong();
    }
    return -1;
  }

  private WireException tooLong() {
    return new WireException("the head is longer than " + maxHead + " octets");
  }

  /// Octets of empty lines that came before the start line and were passed over.
  int skipped() {
    return skipped;
  }

  HeadFacts facts() {
    return facts;
  }

  boolean hasBegun() {
    return scanned > 0;
  }

  private void check(byte octet) throws WireException {
    if (octet == Octets.LF) {
      throw new WireException("a line feed stands alone");
    }
    if (lines == 0) {
      if (!Octets.isTarget(octet) && octet != Octets.SP) {
        throw new WireException("the start line holds a control octet");
      }
    } else if (colon < 0) {
      if (octet == Octets.COLON && scanned > lineStart) {
        colon = scanned;
      } else if (!Octets.isToken(octet)) {
        throw new WireException(
            scanned == lineStart && (octet == Octets.SP || octet == Octets.HTAB)
                ? "a line is folded"
                : "a field name is not a token");
      }
    } else if (!Octets.isFieldValue(octet)) {
      throw new WireException("a field value holds a control octet");
    }
  }

  /// Returns whether this was the empty line that ends the head.
  private boolean endLine(ByteBuf in, int base) throws WireException {
    boolean empty = scanned == lineStart;
    if (lines == 0) {
      if (empty) {
        gate.checkEmptyLine(skipped);
        skipped += EMPTY_LINE_OCTETS;
        startLine();
        return false;
      }
      gate.checkStartLine(in, base + lineStart, base + scanned);
    } else if (empty) {
      scanned += 2;
      return true;
    } else if (colon < 0) {
      throw new WireException("a field line has no colon");
    } else {
      facts.field(in, base + lineStart, base + colon, base + scanned);
    }
    lines++;
    startLine();
    return false;
  }

  private void startLine() {
    scanned += 2;
    lineStart = scanned;
    colon = -1;
  }
}
