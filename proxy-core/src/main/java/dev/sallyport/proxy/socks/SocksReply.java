package dev.sallyport.proxy.socks;

import dev.sallyport.rules.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/// The answer to a SOCKS5 request (RFC 1928 section 6). The address in it is always `0.0.0.0` and
/// port 0: where the gate connects from is nobody's concern.
public enum SocksReply {
  SUCCEEDED(0),
  GENERAL_FAILURE(1),
  NOT_ALLOWED(2),
  HOST_UNREACHABLE(4),
  COMMAND_NOT_SUPPORTED(7),
  ADDRESS_TYPE_NOT_SUPPORTED(8);

  private static final int FORBIDDEN = 403;

  private final int code;

  SocksReply(int code) {
    this.code = code;
  }

  /// The number in the reply.
  public int code() {
    return code;
  }

  /// How a refusal or a failure is said in the few words that SOCKS has.
  public static SocksReply of(Reason reason) {
    return switch (reason) {
      case ORIGIN_UNRESOLVED, ORIGIN_UNREACHABLE, ORIGIN_TIMEOUT -> HOST_UNREACHABLE;
      case CREDENTIALS_MISSING, CREDENTIALS_WRONG -> NOT_ALLOWED;
      default -> reason.answer().status() == FORBIDDEN ? NOT_ALLOWED : GENERAL_FAILURE;
    };
  }

  /// The reply in octets.
  public ByteBuf octets() {
    return Unpooled.wrappedBuffer(
        new byte[] {SocksReader.VERSION_5, (byte) code, 0, 1, 0, 0, 0, 0, 0, 0});
  }

  /// The answer to a client of SOCKS4: rejected (its code 91).
  public static ByteBuf rejectedVersion4() {
    return Unpooled.wrappedBuffer(new byte[] {0, 91, 0, 0, 0, 0, 0, 0});
  }

  /// The answer to the greeting (RFC 1928 section 3).
  public enum Method {
    NO_AUTHENTICATION(0),
    USER_AND_PASSWORD(2),
    NONE_ACCEPTABLE(0xff);

    private final int code;

    Method(int code) {
      this.code = code;
    }

    /// The answer in octets.
    public ByteBuf octets() {
      return Unpooled.wrappedBuffer(new byte[] {SocksReader.VERSION_5, (byte) code});
    }
  }

  /// The answer to user name and password (RFC 1929 section 2).
  public enum Status {
    RIGHT(0),
    WRONG(1);

    private final int code;

    Status(int code) {
      this.code = code;
    }

    /// The answer in octets.
    public ByteBuf octets() {
      return Unpooled.wrappedBuffer(new byte[] {1, (byte) code});
    }
  }
}
