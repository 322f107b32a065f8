package dev.sallyport.proxy.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/// The framing gate for requests. A CONNECT is followed by nothing of HTTP: what comes behind its
/// head is held until this handler leaves the pipeline.
public final class RequestFraming extends FramingGate {
  private static final byte[] HTTP_1 = "HTTP/1.".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CONNECT = "CONNECT ".getBytes(StandardCharsets.US_ASCII);

  private boolean http10;
  private boolean connect;

  /// @param maxHead octets of a head with its start line and empty line
  public RequestFraming(int maxHead) {
    super(maxHead);
  }

  /// One is taken (RFC 9112 section 2.2): clients of old send it behind a body.
  @Override
  void checkEmptyLine(int skipped) throws WireException {
    if (skipped > 0) {
      throw new WireException("empty lines stand before the start line");
    }
  }

  @Override
  void checkStartLine(ByteBuf in, int start, int end) throws WireException {
    int target = tokenEnd(in, start, end);
    int version = target + 1;
    while (version < end && in.getByte(version) != Octets.SP) {
      version++;
    }
    boolean right =
        target > start
            && target < end
            && version > target + 1
            && end - version == 1 + HTTP_1.length + 1
            && startsWith(in, version + 1, HTTP_1);
    byte minor = right ? in.getByte(end - 1) : 0;
    if (minor != '0' && minor != '1') {
      throw new WireException("the request line is not `method target HTTP/1.1`");
    }
    http10 = minor == '0';
    connect = startsWith(in, start, CONNECT);
  }

  @Override
  Body bodyOf(HeadFacts facts) throws WireException {
    facts.check(http10);
    if (facts.hosts() > 1 || (facts.hosts() == 0 && !http10)) {
      throw new WireException("there must be one Host field");
    }
    if (!facts.isHostWellFormed()) {
      throw new WireException("the Host field holds what no host has");
    }
    if (connect) {
      if (facts.hasLength() || facts.isChunked()) {
        throw new WireException("CONNECT has no body");
      }
      return Body.HOLD;
    }
    if (facts.isChunked()) {
      return Body.CHUNKED;
    }
    return Body.fixed(facts.contentLength());
  }

  private static int tokenEnd(ByteBuf in, int start, int end) {
    int at = start;
    while (at < end && Octets.isToken(in.getByte(at))) {
      at++;
    }
    return at < end && in.getByte(at) == Octets.SP ? at : start;
  }

  private static boolean startsWith(ByteBuf in, int start, byte[] expected) {
    if (start + expected.length > in.writerIndex()) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if (in.getByte(start + i) != expected[i]) {
        return false;
      }
    }
    return true;
  }
}
