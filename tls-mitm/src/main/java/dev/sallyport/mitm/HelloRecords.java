package dev.sallyport.mitm;

import io.netty.buffer.ByteBuf;

/// One look at the TLS records that a ClientHello comes in (RFC 8446 section 5.1), octet by octet
/// in the order of the stream: a check is made as soon as what it needs is there and never before
/// an earlier one, hence the same verdict for every way of cutting the stream.
final class HelloRecords {
  /// How a look ended when nothing was wrong.
  enum State {
    MORE,
    NOT_TLS,
    COMPLETE
  }

  private static final int RECORD_HEADER_OCTETS = 5;

  /// Octets of content in one record.
  private static final int MAX_RECORD_OCTETS = 1 << 14;

  /// Content types: change_cipher_spec, the first there is; handshake; heartbeat, the last.
  private static final int FIRST_CONTENT_TYPE = 20;

  private static final int HANDSHAKE = 22;
  private static final int LAST_CONTENT_TYPE = 24;
  private static final int VERSION_MAJOR = 3;
  private static final int CLIENT_HELLO = 1;

  private final ByteBuf buffer;
  private final int base;
  private final int available;
  private final int maxOctets;

  /// Octets of the records passed, headers included, and of what they hold.
  private int octets;

  private int collected;
  private int records;
  private int bodyLength;

  HelloRecords(ByteBuf buffer, int maxOctets) {
    this.buffer = buffer;
    this.base = buffer.readerIndex();
    this.available = buffer.readableBytes();
    this.maxOctets = maxOctets;
  }

  /// Walks as far as the octets go.
  State walk() throws MalformedHelloException {
    if (!isTls()) {
      return State.NOT_TLS;
    }
    while (collected < HelloMessage.HEADER_OCTETS || remaining() > 0) {
      if (records == ClientHelloReader.MAX_RECORDS) {
        throw new MalformedHelloException(
            "the ClientHello comes in more than " + ClientHelloReader.MAX_RECORDS + " records");
      }
      if (!passRecord()) {
        return State.MORE;
      }
    }
    return State.COMPLETE;
  }

  /// Octets of the records walked, headers included.
  int octets() {
    return octets;
  }

  /// The handshake message with its header, once complete.
  byte[] message() {
    byte[] message = new byte[collected];
    int copied = 0;
    for (int at = 0; at < octets; ) {
      int length = buffer.getUnsignedShort(base + at + 3);
      buffer.getBytes(base + at + RECORD_HEADER_OCTETS, message, copied, length);
      copied += length;
      at += RECORD_HEADER_OCTETS + length;
    }
    return message;
  }

  /// Whether the first two octets, as far as they are there, begin a TLS record of whatever type. A
  /// type other than handshake is still TLS: some origins skip an alert before the hello.
  private boolean isTls() {
    if (available > 0 && (octet(0) < FIRST_CONTENT_TYPE || octet(0) > LAST_CONTENT_TYPE)) {
      return false;
    }
    return available < 2 || octet(1) == VERSION_MAJOR;
  }

  /// Passes the next record; false when it is not wholly there.
  private boolean passRecord() throws MalformedHelloException {
    if (available < octets + 2) {
      return false;
    }
    if (octet(octets) != HANDSHAKE) {
      throw new MalformedHelloException(
          "a record before the end of the ClientHello is no handshake");
    }
    // Any {03,XX} is taken in a ClientHello (RFC 5246 appendix E.1).
    if (octet(octets + 1) != VERSION_MAJOR) {
      throw new MalformedHelloException("the version of a record is not that of TLS");
    }
    if (available < octets + RECORD_HEADER_OCTETS) {
      return false;
    }
    int length = recordLength();
    if (!messageHeader(length)) {
      return false;
    }
    if (available < octets + RECORD_HEADER_OCTETS + length) {
      return false;
    }
    octets += RECORD_HEADER_OCTETS + length;
    collected += length;
    records++;
    return true;
  }

  private int recordLength() throws MalformedHelloException {
    int length = octet(octets + 3) << 8 | octet(octets + 4);
    if (length == 0) {
      throw new MalformedHelloException("a handshake record is empty");
    }
    if (length > MAX_RECORD_OCTETS) {
      throw new MalformedHelloException("a record is longer than " + MAX_RECORD_OCTETS + " octets");
    }
    limit(octets + RECORD_HEADER_OCTETS + length);
    return length;
  }

  /// Reads what the record, `length` octets long, holds of the message's header, and holds the
  /// message's length against it; false when an octet of the header is not there yet.
  private boolean messageHeader(int length) throws MalformedHelloException {
    int header = HelloMessage.HEADER_OCTETS;
    for (int i = collected; i < Math.min(header, collected + length); i++) {
      int at = octets + RECORD_HEADER_OCTETS + i - collected;
      if (at >= available) {
        return false;
      }
      headerOctet(i, octet(at));
    }
    if (collected + length < header) {
      return true;
    }
    int after = remaining() - length;
    if (after < 0) {
      throw new MalformedHelloException("something follows the ClientHello in its record");
    }
    if (after > 0) {
      limit(octets + RECORD_HEADER_OCTETS + length + RECORD_HEADER_OCTETS + after);
    }
    return true;
  }

  private void headerOctet(int index, int octet) throws MalformedHelloException {
    if (index > 0) {
      bodyLength = bodyLength << 8 | octet;
    } else if (octet != CLIENT_HELLO) {
      throw new MalformedHelloException("the first handshake message is no ClientHello");
    }
  }

  /// Octets of the message that are not in the records passed.
  private int remaining() {
    return HelloMessage.HEADER_OCTETS + bodyLength - collected;
  }

  private void limit(int needed) throws MalformedHelloException {
    if (needed > maxOctets) {
      throw new MalformedHelloException("the ClientHello is larger than " + maxOctets + " octets");
    }
  }

  private int octet(int offset) {
    return buffer.getUnsignedByte(base + offset);
  }
}
