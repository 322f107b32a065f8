package dev.sallyport.proxy.names;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Queries as resolvers send them.
public final class Queries {
  /// Types of records.
  public static final int A = 1;

  public static final int AAAA = 28;
  public static final int HTTPS = 65;

  private Queries() {}

  /// A query with recursion desired.
  public static byte[] of(String name, int type) {
    return bytes(header(0x0100, 0), question(name, type, 1));
  }

  /// The same with EDNS.
  ///
  /// @param options octets of options in it
  public static byte[] extended(String name, int type, int version, int options) {
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    record.write(0);
    two(record, 41);
    two(record, 1232);
    record.write(0);
    record.write(version);
    two(record, 0);
    two(record, options);
    record.writeBytes(new byte[options]);
    return bytes(header(0x0100, 1), question(name, type, 1), record.toByteArray());
  }

  /// The header of one question.
  static byte[] header(int flags, int additional) {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    two(header, 0xBEEF);
    two(header, flags);
    two(header, 1);
    two(header, 0);
    two(header, 0);
    two(header, additional);
    return header.toByteArray();
  }

  static byte[] question(String name, int type, int in) {
    ByteArrayOutputStream question = new ByteArrayOutputStream();
    for (String label : name.isEmpty() ? new String[0] : name.split("\\.")) {
      question.write(label.length());
      question.writeBytes(label.getBytes(StandardCharsets.ISO_8859_1));
    }
    question.write(0);
    two(question, type);
    two(question, in);
    return question.toByteArray();
  }

  static byte[] bytes(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static void two(ByteArrayOutputStream to, int value) {
    to.write(value >> 8);
    to.write(value);
  }
}
