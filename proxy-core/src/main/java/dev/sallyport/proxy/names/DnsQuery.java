package dev.sallyport.proxy.names;

import java.util.Arrays;

/// A message that came as a DNS query (RFC 1035 section 4), read strictly. Pure; never throws,
/// whatever the octets.
public sealed interface DnsQuery {
  /// Octets of a query at most. One question with the longest name has 288 and some for options.
  int MOST = 1_232;

  /// Octets of the header.
  int HEADER = 12;

  /// A question.
  ///
  /// @param question name, type and class as they came
  /// @param recursion whether recursion is desired, which an answer repeats
  /// @param extended whether the query has the record of EDNS (RFC 6891)
  /// @param version of EDNS; 0 is the only one there is
  @SuppressWarnings("ArrayRecordComponent") // octets on their way; nobody compares them
  record Question(
      int id, byte[] question, int type, boolean recursion, boolean extended, int version)
      implements DnsQuery {}

  /// What is no question for us, and is told so.
  ///
  /// @param code RFC 1035 section 4.1.1
  record Wrong(int id, int opcode, int code) implements DnsQuery {}

  /// What gets no answer: an answer itself, or nothing that has a header.
  record Nothing() implements DnsQuery {}

  int FORMAT_ERROR = 1;
  int NOT_IMPLEMENTED = 4;
  int REFUSED = 5;

  /// Reads a message.
  static DnsQuery read(byte[] message) {
    if (message.length < HEADER || (message[2] & 0x80) != 0) {
      return new Nothing();
    }
    return new Reader(message).read();
  }

  /// Walks through one message.
  final class Reader {
    private static final int MOST_NAME = 255;
    private static final int MOST_LABEL = 63;
    private static final int CLASS_INTERNET = 1;
    private static final int TYPE_OPT = 41;
    private static final int OPT_FIXED = 11;

    private final byte[] message;

    private Reader(byte[] message) {
      this.message = message;
    }

    private DnsQuery read() {
      int opcode = message[2] >> 3 & 0xF;
      if (opcode != 0) {
        return wrong(NOT_IMPLEMENTED);
      }
      boolean truncated = (message[2] & 2) != 0;
      int additional = two(10);
      if (message.length > MOST
          || truncated
          || two(4) != 1
          || two(6) != 0
          || two(8) != 0
          || additional > 1) {
        return wrong(FORMAT_ERROR);
      }
      int nameEnd = nameEnd();
      int end = nameEnd + 4;
      if (nameEnd < 0 || end > message.length) {
        return wrong(FORMAT_ERROR);
      }
      boolean extended = additional == 1;
      if (extended ? !isOption(end) : end != message.length) {
        return wrong(FORMAT_ERROR);
      }
      if (two(nameEnd + 2) != CLASS_INTERNET) {
        return wrong(REFUSED);
      }
      return new Question(
          two(0),
          Arrays.copyOfRange(message, HEADER, end),
          two(nameEnd),
          (message[2] & 1) != 0,
          extended,
          extended ? message[end + 6] & 0xFF : 0);
    }

    /// Where the question's name ends; -1 when it is none. There is nothing before it that it could
    /// point at (section 4.1.4), so that a pointer is none either.
    private int nameEnd() {
      int at = HEADER;
      while (at < message.length) {
        int length = message[at] & 0xFF;
        at += 1 + length;
        if (length > MOST_LABEL || at - HEADER > MOST_NAME) {
          return -1;
        }
        if (length == 0) {
          return at;
        }
      }
      return -1;
    }

    /// Whether what is left is the one record of EDNS.
    private boolean isOption(int at) {
      return message.length >= at + OPT_FIXED
          && message[at] == 0
          && two(at + 1) == TYPE_OPT
          && message.length == at + OPT_FIXED + two(at + 9);
    }

    private Wrong wrong(int code) {
      return new Wrong(two(0), message[2] >> 3 & 0xF, code);
    }

    private int two(int at) {
      return ((message[at] & 0xFF) << 8) | (message[at + 1] & 0xFF);
    }
  }
}
