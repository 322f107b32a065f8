package dev.sallyport.proxy.socks;

import dev.sallyport.rules.Addresses;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;

/// Reads what a SOCKS5 client sends, one message at a time, from the reader index, which stays
/// where it is. No message is longer than 513 octets, since its lengths are octets. Pure.
public final class SocksReader {
  /// The first octet of everything in SOCKS5.
  public static final int VERSION_5 = 5;

  /// The first octet of SOCKS4 and 4a.
  public static final int VERSION_4 = 4;

  private static final int CREDENTIALS_VERSION = 1;
  private static final int NO_AUTHENTICATION = 0;
  private static final int USER_AND_PASSWORD = 2;
  private static final int CONNECT = 1;
  private static final int IPV4 = 1;
  private static final int NAME = 3;
  private static final int IPV6 = 4;
  private static final int PORT = 2;

  private SocksReader() {}

  /// What came, so far.
  public sealed interface Reading {
    /// The message is not whole.
    record NeedMore() implements Reading {}

    /// Methods that the client offers; others than these do not count.
    record Greeting(boolean nothing, boolean credentials, int octets) implements Reading {}

    /// User name and password, each octet as one character.
    record Credentials(String user, String password, int octets) implements Reading {
      @Override
      public String toString() {
        return "Credentials[…]";
      }
    }

    /// A CONNECT.
    ///
    /// @param authority host and port as CONNECT of HTTP has them; nothing of the host is checked
    record Connect(String authority, int octets) implements Reading {}

    /// Something well formed that is not supported.
    record Unsupported(SocksReply reply) implements Reading {}

    /// Not what the RFC says.
    ///
    /// @param why quotes nothing of it
    record Wrong(String why) implements Reading {}
  }

  private static final Reading NEED_MORE = new Reading.NeedMore();

  /// The first message: version, and the methods offered (RFC 1928 section 3).
  public static Reading greeting(ByteBuf in) {
    int at = in.readerIndex();
    int known = in.readableBytes();
    if (known > 0 && in.getUnsignedByte(at) != VERSION_5) {
      return new Reading.Wrong("the SOCKS version is not 5");
    }
    if (known < 2) {
      return NEED_MORE;
    }
    int count = in.getUnsignedByte(at + 1);
    if (count == 0) {
      return new Reading.Wrong("the SOCKS greeting offers no method");
    }
    if (known < 2 + count) {
      return NEED_MORE;
    }
    boolean nothing = false;
    boolean credentials = false;
    for (int i = 0; i < count; i++) {
      int method = in.getUnsignedByte(at + 2 + i);
      nothing |= method == NO_AUTHENTICATION;
      credentials |= method == USER_AND_PASSWORD;
    }
    return new Reading.Greeting(nothing, credentials, 2 + count);
  }

  /// User name and password (RFC 1929 section 2). A password without octets is read: it is wrong,
  /// not malformed.
  public static Reading credentials(ByteBuf in) {
    int at = in.readerIndex();
    int known = in.readableBytes();
    if (known > 0 && in.getUnsignedByte(at) != CREDENTIALS_VERSION) {
      return new Reading.Wrong("the version of the SOCKS credentials is not 1");
    }
    if (known < 2) {
      return NEED_MORE;
    }
    int user = in.getUnsignedByte(at + 1);
    if (user == 0) {
      return new Reading.Wrong("the SOCKS user name is empty");
    }
    if (known < 3 + user) {
      return NEED_MORE;
    }
    int password = in.getUnsignedByte(at + 2 + user);
    int octets = 3 + user + password;
    if (known < octets) {
      return NEED_MORE;
    }
    return new Reading.Credentials(
        in.toString(at + 2, user, StandardCharsets.ISO_8859_1),
        in.toString(at + 3 + user, password, StandardCharsets.ISO_8859_1),
        octets);
  }

  /// The request (RFC 1928 section 4).
  public static Reading request(ByteBuf in) {
    int at = in.readerIndex();
    int known = in.readableBytes();
    if (known > 0 && in.getUnsignedByte(at) != VERSION_5) {
      return new Reading.Wrong("the version of the SOCKS request is not 5");
    }
    if (known > 2 && in.getUnsignedByte(at + 2) != 0) {
      return new Reading.Wrong("the reserved octet of the SOCKS request is not 0");
    }
    if (known < 5) {
      return NEED_MORE;
    }
    int type = in.getUnsignedByte(at + 3);
    int length =
        switch (type) {
          case IPV4 -> 4;
          case IPV6 -> 16;
          case NAME -> 1 + in.getUnsignedByte(at + 4);
          default -> 0;
        };
    if (length == 0) {
      return new Reading.Unsupported(SocksReply.ADDRESS_TYPE_NOT_SUPPORTED);
    }
    if (type == NAME && length == 1) {
      return new Reading.Wrong("the host of the SOCKS request is empty");
    }
    int octets = 4 + length + PORT;
    if (known < octets) {
      return NEED_MORE;
    }
    if (in.getUnsignedByte(at + 1) != CONNECT) {
      return new Reading.Unsupported(SocksReply.COMMAND_NOT_SUPPORTED);
    }
    String host =
        type == NAME
            ? in.toString(at + 5, length - 1, StandardCharsets.ISO_8859_1)
            : literal(ByteBufUtil.getBytes(in, at + 4, length));
    return new Reading.Connect(host + ":" + in.getUnsignedShort(at + 4 + length), octets);
  }

  /// An IPv4 address in the disguise of an IPv6 one is the IPv4 address.
  private static String literal(byte[] octets) {
    try {
      InetAddress address = InetAddress.getByAddress(octets);
      String text = Addresses.text(address);
      return text.indexOf(':') < 0 ? text : "[" + text + "]";
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("an address has 4 or 16 octets", impossible);
    }
  }
}
