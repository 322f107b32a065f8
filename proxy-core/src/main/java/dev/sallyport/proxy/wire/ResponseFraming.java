package dev.sallyport.proxy.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/// The framing gate for an origin's answers. [#expect] says what the answer belongs to before its
/// request is sent. What comes behind a 101 is held until this handler leaves the pipeline.
public final class ResponseFraming extends FramingGate {
  private static final byte[] HTTP_1 = "HTTP/1.".getBytes(StandardCharsets.US_ASCII);
  private static final int STATUS_AT = 9;
  private static final int STATUS_END = 12;

  private Asked asked = Asked.ANYTHING;
  private boolean http10;
  private int status;

  /// @param maxHead octets of a head with its status line and empty line
  public ResponseFraming(int maxHead) {
    super(maxHead);
  }

  /// What a request asked for, as far as it says how its answer is framed.
  public enum Asked {
    /// A head alone: the answer has no body whatever its fields say.
    HEAD,
    /// Another protocol, so that 101 is an answer.
    UPGRADE,
    ANYTHING
  }

  /// Says what the next answer belongs to.
  public void expect(Asked request) {
    asked = request;
  }

  @Override
  void checkEmptyLine(int skipped) throws WireException {
    throw new WireException("an empty line stands before the status line");
  }

  @Override
  void checkStartLine(ByteBuf in, int start, int end) throws WireException {
    boolean right =
        end - start >= STATUS_END
            && startsWithHttp1(in, start)
            && (in.getByte(start + 7) == '0' || in.getByte(start + 7) == '1')
            && in.getByte(start + 8) == Octets.SP
            && (end - start == STATUS_END || in.getByte(start + STATUS_END) == Octets.SP);
    if (!right) {
      throw new WireException("the status line is not `HTTP/1.1 status reason`");
    }
    status = 0;
    for (int i = STATUS_AT; i < STATUS_END; i++) {
      int digit = in.getByte(start + i) - '0';
      if (digit < 0 || digit > 9) {
        throw new WireException("the status is not three digits");
      }
      status = status * 10 + digit;
    }
    if (status < 100 || status > 599) {
      throw new WireException("the status is not one of 100 to 599");
    }
    http10 = in.getByte(start + 7) == '0';
  }

  @Override
  Body bodyOf(HeadFacts facts) throws WireException {
    facts.check(http10);
    boolean interim = status < 200;
    if (status == 101 && (asked != Asked.UPGRADE || http10)) {
      throw new WireException("the origin switches protocols without being asked");
    }
    if ((interim || status == 204 || status == 205)
        && (facts.isChunked() || (facts.hasLength() && facts.contentLength() > 0))) {
      throw new WireException("an answer of this status has no body");
    }
    if (status == 205 && !facts.hasLength()) {
      // Without a length the rest of the connection would be its body.
      throw new WireException("an answer of this status has no body");
    }
    if (status == 101) {
      return Body.HOLD;
    }
    if (interim || asked == Asked.HEAD || status == 204 || status == 304) {
      return Body.NONE;
    }
    if (facts.isChunked()) {
      return Body.CHUNKED;
    }
    return facts.hasLength() ? Body.fixed(facts.contentLength()) : Body.UNTIL_CLOSE;
  }

  private static boolean startsWithHttp1(ByteBuf in, int start) {
    for (int i = 0; i < HTTP_1.length; i++) {
      if (in.getByte(start + i) != HTTP_1[i]) {
        return false;
      }
    }
    return true;
  }
}
